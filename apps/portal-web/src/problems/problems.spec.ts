import { describe, expect, it } from "vitest";
import { PortalApiError, readApiError } from "../api/api-error.js";
import { readPage } from "../api/read-page.js";
import { describeCause, describeLocation, pointerKeys } from "./describe-cause.js";
import { describeError, isRetryable } from "./describe-error.js";
import { fieldErrors } from "./field-errors.js";
import { projectIdRules } from "./project-id-rules.js";

const duplicate = readApiError(409, { error: { name: "AlreadyExists", reason: "DuplicatedAppID", message: "duplicated app ID", code: 409 } });

describe("reading a failed answer", () => {
  it("takes name, reason and causes from the envelope", () => {
    const error = readApiError(400, {
      error: {
        name: "Invalid",
        reason: "ValidationFailed",
        message: "invalid authgear.yaml",
        code: 400,
        info: { causes: [{ location: "/id", kind: "required", line: 3, junk: 1 }, "no cause"] },
      },
    });
    expect(error.reason).toBe("ValidationFailed");
    expect(error.causes).toEqual([{ location: "/id", kind: "required", line: 3 }]);
  });

  it("makes an error of a page that is not ours", () => {
    const error = readApiError(502, "<html>Bad gateway</html>");
    expect(error).toBeInstanceOf(PortalApiError);
    expect(error.status).toBe(502);
    expect(isRetryable(error)).toBe(true);
  });
});

describe("saying what went wrong", () => {
  it("knows the reasons of project creation", () => {
    expect(describeError(duplicate)).toContain("already taken");
    expect(isRetryable(duplicate)).toBe(false);
  });

  it("falls back to the server's message", () => {
    expect(describeError(readApiError(400, { error: { name: "Invalid", reason: "SomethingNew", message: "a new problem", code: 400 } }))).toBe("A new problem");
  });

  it("turns causes into sentences", () => {
    expect(describeCause({ location: "/oauth", kind: "required", details: { missing: ["name", "client_id"] } })).toBe("Missing: name, client_id.");
    expect(describeCause({ location: "/http/foo", kind: "" })).toBe("This key is not known here.");
    expect(describeCause({ location: "/a", kind: "general", details: { msg: "client ids cannot be changed" } })).toBe("Client ids cannot be changed.");
    expect(describeCause({ location: "/a", kind: "type", details: { actual: ["integer", "number"], expected: ["string"] } })).toBe("Must be string, but is integer or number.");
    expect(describeCause({ location: "/a", kind: "brandNew" })).toBe("Check failed: brandNew.");
  });

  it("undoes the escapes of a pointer, in the right order", () => {
    expect(pointerKeys("/a~1b/~01")).toEqual(["a/b", "~1"]);
    expect(describeLocation("")).toBe("whole file");
  });
});

describe("spreading a failure over a form", () => {
  it("puts a reason at its field", () => {
    expect(fieldErrors(duplicate, ["/id"], { DuplicatedAppID: "/id" })).toEqual({ fields: { "/id": "This ID is already taken. Choose another one." } });
  });

  it("puts causes at their fields and the rest at the form", () => {
    const error = readApiError(400, {
      error: {
        name: "Invalid",
        reason: "ValidationFailed",
        message: "invalid",
        code: 400,
        info: {
          causes: [
            { location: "", kind: "required", details: { missing: ["id"] } },
            { location: "/other", kind: "duplicated" },
          ],
        },
      },
    });
    expect(fieldErrors(error, ["/id"])).toEqual({ fields: { "/id": "This is required." }, form: "Is used twice." });
  });

  it("does not take a longer name for the field", () => {
    const error = readApiError(400, {
      error: { name: "Invalid", reason: "ValidationFailed", message: "invalid", code: 400, info: { causes: [{ location: "/identity", kind: "duplicated" }] } },
    });
    expect(fieldErrors(error, ["/id"])).toEqual({ fields: {}, form: "Is used twice." });
  });
});

describe("project id rules", () => {
  const met = (id: string) => projectIdRules(id).every((rule) => rule.met);
  it.each(["shop", "shop-2", "a".repeat(32), "4711"])("accepts %s", (id) => expect(met(id)).toBe(true));
  it.each(["", "abc", "a".repeat(33), "Shop", "-shop", "shop-", "hk-shop", "my shop"])("refuses %s", (id) => expect(met(id)).toBe(false));
});

describe("reading a list", () => {
  it("takes rows and total", () => expect(readPage({ users: [1, 2], total_count: 9 }, "users")).toEqual({ items: [1, 2], totalCount: 9 }));
  it("counts rows when no total is sent", () => expect(readPage({ users: [1, 2] }, "users", 20)).toEqual({ items: [1, 2], totalCount: 22 }));
  it("survives an unexpected answer", () => expect(readPage(null, "users")).toEqual({ items: [], totalCount: 0 }));
});
