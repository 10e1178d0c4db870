import { expect, it } from "vitest";
import { locationHeader } from "./location-header.js";

it("leaves addresses alone, and encodes what no header can hold (response splitting)", () => {
  for (const address of ["/settings?x=%0A#y", "http://a.test/?q=a+b&c='d'", "com.app://host/cb"]) expect(locationHeader(address)).toBe(address);
  expect(locationHeader("/a b\r\nset-cookie: x\u0000")).toBe("/a%20b%0D%0Aset-cookie:%20x%00");
  expect(locationHeader("http://a.test/é😀\ud800")).toBe("http://a.test/%C3%A9%F0%9F%98%80%EF%BF%BD");
});
