import { describe, expect, it } from "vitest";
import { compileSchema, type TSchema } from "@gatehouse/platform-schema";
import { assertionResponseSchema, creationResponseSchema } from "./response-schemas.js";

const kinds = (schema: object, value: unknown): string[] =>
  compileSchema(schema as TSchema)
    .causes(value)
    .map(({ location, kind }) => `${location} ${kind}`);
const assertion = { id: "AAEC", rawId: "AAEC", type: "public-key", response: { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA" } };
const creation = { id: "AAEC", rawId: "AAEC", type: "public-key", response: { clientDataJSON: "e30", attestationObject: "AA" } };
const withResponse = (of: { response: object }, more: object) => ({ ...of, response: { ...of.response, ...more } });

describe("assertion_response", () => {
  const check = (value: unknown) => kinds(assertionResponseSchema, value);
  it("needs what is signed, and takes the rest as it comes", () => {
    expect(check(assertion)).toEqual([]);
    expect(check({ ...withResponse(assertion, { userHandle: null }), clientExtensionResults: {}, authenticatorAttachment: "platform" })).toEqual([]);
    expect(check(withResponse(assertion, { userHandle: "AA" }))).toEqual([]);
    expect(check({})).toEqual([" required"]);
    expect(check({ ...assertion, response: {} })).toEqual(["/response required"]);
  });
  it.each([
    [{ ...assertion, id: "A A" }, "/id pattern"],
    [{ ...assertion, rawId: "" }, "/rawId minLength"],
    [{ ...assertion, id: "A".repeat(1365) }, "/id maxLength"],
    [{ ...assertion, type: "password" }, "/type const"],
    [{ ...assertion, clientExtensionResults: "x" }, "/clientExtensionResults type"],
    [withResponse(assertion, { signature: "A".repeat(2049) }), "/response/signature maxLength"],
    [withResponse(assertion, { authenticatorData: "A".repeat(8193) }), "/response/authenticatorData maxLength"],
    [withResponse(assertion, { clientDataJSON: "A".repeat(8193) }), "/response/clientDataJSON maxLength"],
    [withResponse(assertion, { userHandle: "A".repeat(129) }), "/response/userHandle maxLength"],
  ])("threat: malformed or oversized, %#", (value, cause) => expect(check(value)).toContain(cause));
});

describe("creation_response", () => {
  const check = (value: unknown) => kinds(creationResponseSchema, value);
  it("needs the new key", () => {
    expect(check(creation)).toEqual([]);
    expect(check(withResponse(creation, { transports: ["internal", "hybrid"] }))).toEqual([]);
    expect(check({ ...creation, response: { clientDataJSON: "e30" } })).toEqual(["/response required"]);
  });
  it.each([
    [withResponse(creation, { attestationObject: "A".repeat(65_537) }), "/response/attestationObject maxLength"],
    [withResponse(creation, { transports: Array(11).fill("usb") }), "/response/transports maxItems"],
    [withResponse(creation, { transports: ["x".repeat(33)] }), "/response/transports/0 maxLength"],
  ])("threat: oversized, %#", (value, cause) => expect(check(value)).toContain(cause));
});
