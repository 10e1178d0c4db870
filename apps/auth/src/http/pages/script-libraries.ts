import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;

/** A library that scripts of the pages load when they need it: the files of it, and where it is served; the version in the name lets browsers keep it for ever. */
export interface ScriptLibrary {
  path: string;
  files: readonly { package: string; file: string }[];
}

const SOURCE_MAP = /\n\/\/# sourceMappingURL=.*\s*$/;
const STRENGTH = ["@zxcvbn-ts/core", "@zxcvbn-ts/language-common", "@zxcvbn-ts/language-en"];

/** Reads phone numbers. */
export const phoneLibrary: ScriptLibrary = {
  path: `/static/phone-numbers.${versionOf("libphonenumber-js")}.js`,
  files: [{ package: "libphonenumber-js", file: "bundle/libphonenumber-min.js" }],
};
/** Tells how hard passwords are to guess, as the server does. */
export const strengthLibrary: ScriptLibrary = {
  path: `/static/password-strength.${STRENGTH.map(versionOf).join(".")}.js`,
  files: STRENGTH.map((name) => ({ package: name, file: "dist/zxcvbn-ts.js" })),
};

/** The text of a library, of as many files as it has. Not every package exports its scripts for browsers, so they are found beside its description. */
export const readLibrary = ({ files }: ScriptLibrary): string =>
  files.map((one) => readFileSync(path.join(path.dirname(require.resolve(`${one.package}/package.json`)), one.file), "utf8").replace(SOURCE_MAP, "\n")).join(";\n");
