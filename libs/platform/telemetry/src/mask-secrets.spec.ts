import { expect, it } from "vitest";
import { maskSecrets } from "./mask-secrets.js";

it.each([
  ["Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "Bearer ********"],
  ["cookie 0b8f6a57-2f0c-4f9d-9a39-0d9b1c7c2f10.AbCd1234", "cookie ********"],
  ["/oauth2/consent?client_id=a&code=secret&state=s", "/oauth2/consent?client_id=a&code=********&state=s"],
  ["GET /healthz", "GET /healthz"],
])("masks %s", (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});
