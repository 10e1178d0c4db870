import { defineError } from "@gatehouse/platform-errors-core";

/** No such import or export, or not of this project, or older than a day (spec: admin API §13). */
export const taskNotFound = defineError({
  name: "NotFound",
  reason: "TaskNotFound",
  message: "task not found",
  cause: "The id is of no import or export of this project, or it was asked for more than 24 hours ago.",
  remedy: "Check the id; start a new one.",
});
/** An imported password hash that is no bcrypt hash. */
export const invalidBcryptHash = defineError({
  name: "Invalid",
  reason: "InvalidBcryptHash",
  message: "invalid bcrypt hash",
  cause: "`password_hash` is no bcrypt hash (`$2a$`, `$2b$`, `$2y$`, `$bcrypt-sha512$`), or its cost is above 15.",
  remedy: "Send the hash as the other product keeps it.",
});
/** An imported password hash of another format than bcrypt that cannot be read. */
export const invalidPasswordHash = defineError<{ type: string }>({
  name: "Invalid",
  reason: "InvalidPasswordHash",
  message: "invalid password hash",
  info: { type: "the format that was named" },
  cause: "`password_hash` is not of the format that `type` names, a parameter is missing, or it costs more memory or time than we spend on a login.",
  remedy: "Send the hash in its PHC form; see the limits of the import.",
});
/** There is nowhere to put an export. */
export const userExportDisabled = defineError({
  name: "InternalError",
  reason: "UserExportDisabled",
  message: "user export is disabled",
  cause: "The deployment has no object store for exports.",
  remedy: "Set USEREXPORT_OBJECT_STORE_TYPE or GATEHOUSE_OBJECT_STORE_DIR.",
});
/** Two columns of an export would have one name. */
export const userExportNonUniqueFieldNames = defineError<{ field_names: string[] }>({
  name: "Invalid",
  reason: "UserExportNonUniqueFieldNames",
  message: "field names are not unique",
  info: { field_names: "names that occur twice" },
  cause: "Two fields of the request have the same name, given or derived from their pointers.",
  remedy: "Give each field a `field_name` of its own.",
});
