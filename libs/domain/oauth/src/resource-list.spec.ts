import { expect, it } from "vitest";
import { joinResources, resourceList } from "./resource-list.js";

it.each<[string[], string[]]>([
  [[], []],
  [["https://a.test"], ["https://a.test"]],
  [
    ["https://b.test", "https://a.test", "https://b.test", ""],
    ["https://b.test", "https://a.test"],
  ],
  [["https://a.test https://b.test"], ["https://a.test%20https://b.test"]],
])("reads %j as %j", (values, expected) => expect(resourceList(joinResources(values))).toEqual(expected));

it("reads nothing as nothing", () => expect(resourceList(undefined)).toEqual([]));
