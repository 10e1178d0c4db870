import { parseProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { csvHeader, csvLine } from "./csv.js";
import { columnsOf, type ExportField, exportRequestSchema } from "./export-request.js";

const { value: config } = parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" } }));
const columns = (...fields: ExportField[]) => columnsOf(config, { format: "csv", csv: { fields } });
const of = (...pointers: string[]) => columns(...pointers.map((pointer) => ({ pointer })));

describe("a CSV file", () => {
  it.each<[unknown, string]>([
    [undefined, ""],
    [null, ""],
    ["", ""],
    ["plain", "plain"],
    [" spaced ", " spaced "],
    ['say "hi"', '"say ""hi"""'],
    ["a,b", '"a,b"'],
    ["a\nb", '"a\nb"'],
    ["a\r\nb", '"a\r\nb"'],
    [true, "true"],
    [false, "false"],
    [0, "0"],
    [["a", "b"], '"[""a"",""b""]"'],
    [{ a: 1 }, '"{""a"":1}"'],
    [[], "[]"],
  ])("shows %j as %s", (value, text) => {
    expect(csvLine(of("/x"), { x: value })).toBe(`${text}\n`);
  });

  it("finds values by pointers; what is not there is empty", () => {
    const record = { a: { "b/c": { "~d": 1 } }, list: ["x", { y: 2 }] };
    expect(csvLine(of("/a/b~1c/~0d", "/list/0", "/list/1/y", "/list/01", "/list/-", "/list/length", "/a/nope", "/a/b~1c/~0d/e"), record)).toBe("1,x,2,,,,,\n");
  });

  it("reaches nothing that is not in the record (prototype keys)", () => {
    expect(csvLine(of("/__proto__", "/constructor/name", "/toString"), {})).toBe(",,\n");
  });

  it("names columns after their pointers, or as asked", () => {
    expect(csvHeader(columns({ pointer: "/a/b~1c" }, { pointer: "/email", field_name: 'e,"1"' }))).toBe('a.b/c,"e,""1"""\n');
  });

  it("has columns of different names only, given or derived", () => {
    const refusal = (...fields: ExportField[]) => {
      try {
        columns(...fields);
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(refusal({ pointer: "/email", field_name: "x" }, { pointer: "/name", field_name: "x" }, { pointer: "/sub" })).toMatchObject({
      errorName: "Invalid",
      reason: "UserExportNonUniqueFieldNames",
      info: { field_names: ["x"] },
    });
    expect(refusal({ pointer: "/a/b" }, { pointer: "/c", field_name: "a.b" })).toMatchObject({ info: { field_names: ["a.b"] } });
    expect(refusal({ pointer: "/email" }, { pointer: "/email", field_name: "e" })).toBeUndefined();
  });
});

it.each<[unknown, boolean]>([
  [{ format: "ndjson" }, true],
  [{ format: "csv" }, true],
  [{ format: "csv", csv: {} }, true],
  [{ format: "csv", csv: { fields: [{ pointer: "/email" }] } }, true],
  [{ format: "xml" }, false],
  [{}, false],
  [null, false],
  [{ format: "csv", csv: { fields: [] } }, false],
  [{ format: "csv", csv: { fields: [{ pointer: "email" }] } }, false],
  [{ format: "csv", csv: { fields: [{ field_name: "x" }] } }, false],
  [{ format: "csv", csv: { fields: [{ pointer: "/email", field_name: "" }] } }, false],
  [{ format: "csv", csv: { fields: [{ pointer: "/\0" }] } }, false],
  [{ format: "csv", csv: { fields: [{ pointer: "/email", field_name: "a\0" }] } }, false],
  [{ format: "ndjson", csv: { fields: [{ pointer: "/email", field_name: "a\ud800" }] } }, false],
  [{ format: "csv", csv: { fields: [{ pointer: "/a/~1\u{1f600}", field_name: "\u{1f600} é\n" }] } }, true],
  [{ format: "csv", extra: 1 }, false],
])("the request %j is taken: %s", (request, taken) => {
  expect(exportRequestSchema.is(request)).toBe(taken);
});
