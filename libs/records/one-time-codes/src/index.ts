export { CODE_LENGTH, type CodeCheck, type CodePurpose, type CodeTarget, OneTimeCodes } from "./one-time-codes.js";
