import { describe, expect, it } from "vitest";
import { keptPicture, shownPicture } from "./picture-address.js";

const ORIGIN = "https://shop.example.com";
const STORED = { picture: "authgearimages:///shop/1", name: "Ann" };
const SHOWN = { picture: "https://shop.example.com/_images/shop/1/profile", name: "Ann" };

describe("the address of a picture", () => {
  it("is shown as the public one and kept as the stored one", () => {
    expect(shownPicture(ORIGIN, STORED)).toEqual(SHOWN);
    expect(keptPicture(ORIGIN, SHOWN)).toEqual(STORED);
  });

  it.each([
    {},
    { picture: "https://pics.example/a.png" },
    { picture: "authgearimages:///shop" },
    { picture: "https://shop.example.com/_images/shop/1/original" },
    { picture: "https://shop.example.com.evil.example/_images/shop/1/profile" },
    { picture: 1 },
  ])("stays what it is otherwise: %j", (attributes) => {
    expect(shownPicture(ORIGIN, attributes)).toEqual(attributes);
    expect(keptPicture(ORIGIN, attributes)).toEqual(attributes);
  });
});
