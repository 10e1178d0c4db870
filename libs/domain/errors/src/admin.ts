import { defineError } from "@gatehouse/platform-errors-core";

/** Arguments of a list that cannot be combined. */
export const invalidQuery = defineError({
  name: "BadRequest",
  reason: "InvalidQuery",
  message: "unsupported pagination",
  cause: "`last` without `after` and `before`, or `before` without `after`.",
  remedy: "Page forward with `first` and `after`.",
});
/** A cursor that this list did not give out. */
export const invalidCursor = defineError({
  name: "Invalid",
  reason: "InvalidCursor",
  message: "invalid cursor",
  cause: "`after` or `before` is not a cursor of the list.",
  remedy: "Use `cursor` or `endCursor` of an earlier page.",
});
/** The project has no user search. */
export const searchDisabled = defineError({
  name: "InternalError",
  reason: "SearchDisabled",
  message: "search is disabled",
  cause: "`search.implementation` is `none`, or there is no server for it.",
  remedy: "Set `search.implementation` to `postgresql`, or give the project or the deployment an Elasticsearch server.",
});
/** A malformed id or definition; the message says which. */
export const invalidInput = defineError({
  name: "Invalid",
  reason: "Invalid",
  message: "invalid input",
  cause: "A global id or a definition is malformed.",
  remedy: "See the message.",
});
/** A password is to be mailed and there is no address. */
export const sendPasswordNoTarget = defineError({
  name: "Invalid",
  reason: "SendPasswordNoTarget",
  message: "no target to send the password",
  cause: "The user has no email login id.",
  remedy: "Give the user an email login id or do not send the password.",
});
/** No generated password satisfied the policy. */
export const passwordGenerateError = defineError({
  name: "InternalError",
  reason: "PasswordGenerateError",
  message: "failed to generate password",
  cause: "Ten generated passwords broke the policy.",
  remedy: "Loosen `authenticator.password.policy`.",
});
/** A change of the account's status that its state or its times do not allow. */
export const invalidAccountStatusTransition = defineError<{ from?: string; to?: string; cause?: { kind: string } }>({
  name: "Invalid",
  reason: "InvalidAccountStatusTransition",
  message: "invalid account status transition",
  info: { from: "state before", to: "state asked for", cause: "kind of the broken rule, when times clash" },
  cause: "The account's state does not allow the change, or two of its times clash.",
  remedy: "Compare `from` and `to`, or correct the times.",
});
/** A change of a user who was anonymized. */
export const userIsAnonymized = defineError({
  name: "Invalid",
  reason: "UserIsAnonymized",
  message: "user is anonymized",
  cause: "The user was anonymized; nothing of the account may change any more.",
  remedy: "Create a new user.",
});
/** A look-up of users that makes no sense; the message says why. */
export const getUsersInvalidArgument = defineError({
  name: "Invalid",
  reason: "GetUsersInvalidArgument",
  message: "invalid argument",
  cause: "The login id key, the attribute or the provider is unknown, or the value cannot be one of it.",
  remedy: "See the message.",
});
