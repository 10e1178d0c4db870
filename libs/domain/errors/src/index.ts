export * from "./common.js";
export * from "./validation.js";
export * from "./config.js";
export * from "./user.js";
export * from "./flow.js";
export * from "./project.js";
export * from "./hooks.js";
export * from "./admin.js";
