/** A template that cannot be read or filled; the message says what and is meant for the template's author. */
export class TemplateError extends Error {}
