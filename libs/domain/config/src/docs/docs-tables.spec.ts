import { expect, test } from "vitest";
import { clientTexts } from "./client-texts.js";
import { pathPattern, type Texts } from "./describe-schema.js";
import { docsTables } from "./docs-tables.js";
import { featureTexts, platformTexts } from "./platform-texts.js";
import { secretTexts } from "./secret-texts.js";
import { signInTexts } from "./sign-in-texts.js";

const tables = docsTables();
const join = (section: string, path: string) => (path === "" ? section : path.startsWith("[]") ? section + path : `${section}.${path}`);
const pathsOf = (file: string) => tables.filter((table) => table.file === file).flatMap(({ section, rows }) => [section, ...rows.map(({ path }) => join(section, path))]);
/** Paths of objects on the way to a path count too: sections and groups may have a text. */
const withParents = (paths: readonly string[]) => [...new Set(paths.flatMap((path) => path.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))))];

test("a row tells path, type, default and whether it must be written", () => {
  const rows = tables.find(({ file, section }) => file === "authgear.yaml" && section === "account_deletion")?.rows;
  expect(rows?.[1]).toEqual({
    path: "grace_period_days",
    type: "integer 1..180",
    default: "30",
    description: "Days in which a deletion can be taken back.",
    required: false,
    deprecated: false,
  });
  const client = tables.find(({ section }) => section === "oauth")?.rows[0];
  expect(client).toMatchObject({ path: "clients[].client_id", type: "text", required: true });
  expect(client?.default).toBeUndefined();
});

test("the 32 sections, 26 secrets and 17 groups of features are there", () => {
  const sections = (file: string) => tables.filter((table) => table.file === file && !/_step$|:/.test(table.section)).length;
  expect([sections("authgear.yaml"), sections("authgear.secrets.yaml"), sections("authgear.features.yaml")]).toEqual([32, 26, 17]);
});

test("every key has a description", () => {
  const bare = tables.flatMap(({ file, section, rows }) => rows.filter(({ description }) => description === "").map(({ path }) => `${file} ${join(section, path)}`));
  expect(bare).toEqual([]);
});

test("every description belongs to a key", () => {
  const unused = (texts: Texts, paths: readonly string[]) => Object.keys(texts).filter((path) => !withParents(paths).some((known) => pathPattern(path).test(known)));
  expect(unused({ ...signInTexts, ...clientTexts, ...platformTexts }, pathsOf("authgear.yaml")).filter((path) => path !== "usage.hooks[].url")).toEqual([]);
  expect(unused(featureTexts, pathsOf("authgear.features.yaml"))).toEqual([]);
  expect(unused(secretTexts, pathsOf("authgear.secrets.yaml"))).toEqual([]);
});
