export * from "./common.js";
export * from "./validation.js";
export * from "./config.js";
