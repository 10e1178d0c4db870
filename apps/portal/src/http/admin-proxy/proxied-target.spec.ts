import { expect, it } from "vitest";
import { proxiedTarget } from "./proxied-target.js";

it.each([
  ["graphql", "/_api/admin/graphql", true],
  ["graphql?a=1&b=/..", "/_api/admin/graphql?a=1&b=/..", true],
  ["_api/admin/graphql", "/_api/admin/graphql", true],
  ["_api/admin/users/import/x?y", "/_api/admin/users/import/x?y", false],
])("%s leads to %s", (path, url, isPage) => expect(proxiedTarget(`/api/apps/QXBwOng/${path}`)).toEqual({ url, isPage }));

it.each([
  "",
  "?x",
  "oauth2/token",
  "_api/admin",
  "_api/admin/../../oauth2/token",
  "_api/admin/%2e%2e/%2e%2e/oauth2/token",
  "_api/admin/..%2f..%2foauth2/token",
  "//evil.example/_api/admin/x",
  "_api\\admin\\..\\..\\x",
])("threat: %j leads nowhere", (path) => expect(proxiedTarget(`/api/apps/QXBwOng/${path}`)).toBeUndefined());
