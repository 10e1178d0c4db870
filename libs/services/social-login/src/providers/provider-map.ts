import { adfs } from "./adfs.js";
import { apple } from "./apple.js";
import { azureadb2c } from "./azureadb2c.js";
import { azureadv2 } from "./azureadv2.js";
import { facebook } from "./facebook.js";
import { github } from "./github.js";
import { google } from "./google.js";
import { linkedin } from "./linkedin.js";
import type { Provider, ProviderParts } from "./provider.js";
import { wechat } from "./wechat.js";

/** Every provider by its type; a new one is one file and one entry here. */
export function providerMap(parts: ProviderParts): ReadonlyMap<string, Provider> {
  const all = [google, apple, facebook, github, linkedin, azureadv2, azureadb2c, adfs, wechat].map((make) => make(parts));
  return new Map(all.map((provider) => [provider.type, provider]));
}
