export { ApiError, type ApiErrorName, type ApiErrorJson, isApiError, unexpectedError } from "./api-error.js";
export { defineError, type ErrorEntry, type ErrorMaker } from "./define-error.js";
