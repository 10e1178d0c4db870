export { Type, type Static, type TProperties, type TSchema } from "typebox";
export { type Cause, compileSchema, type Validator } from "./compile-schema.js";
export { isFormat, formatNames } from "./formats.js";
export { parseDuration } from "./parse-duration.js";
export { readTime } from "./read-time.js";
