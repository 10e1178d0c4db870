import type { TemplateFunction } from "./values.js";

/** A value with methods, such as a time or a version: templates read them like fields. */
export class TemplateObject {
  constructor(
    /** As it is written. */
    readonly text: string,
    readonly methods: ReadonlyMap<string, TemplateFunction>,
    /** What it stands for. */
    readonly value: unknown,
  ) {}
}
