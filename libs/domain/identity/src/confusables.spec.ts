import { expect, it } from "vitest";
import { hasConfusables } from "./confusables.js";

it.each(["pаypal", "gооgle", "ΑΒΕ", "ѕсоре", "ոo", "ᎳᎪ", "ⲟ", "ꓐ", "ס", "ёж"])("threat: %j passes for Latin letters", (text) => expect(hasConfusables(text)).toBe(true));
it.each(["paypal", "josé", "Straße", "жди", "βδθ", "漢字", "한글", "l1I0O", "ﬀ"])("%j does not", (text) => expect(hasConfusables(text)).toBe(false));
