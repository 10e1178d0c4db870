import { describe, expect, it } from "vitest";
import { checkChosenProjectId, checkProjectId } from "./check-project-id.js";
import { checkResource } from "./check-resource.js";
import { chooseDomains } from "./choose-domains.js";

const reason = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe("project ids", () => {
  it.each(["abcd", "a-b-c", "0abc", "a".repeat(32)])("accepts %s", (id) => expect(reason(() => checkProjectId(id))).toBeUndefined());
  it.each(["", "abc", "Abcd", "-abc", "abc-", "a_bcd", "a".repeat(33), "abcd\n", "../abc"])("refuses %j", (id) => expect(reason(() => checkProjectId(id))).toBe("InvalidAppID"));
  it.each(["admin", "demo", "accounts", "us-east"])("keeps %s from developers, not from the operator", (id) => {
    expect([reason(() => checkChosenProjectId(id)), reason(() => checkProjectId(id))]).toEqual(["AppIDReserved", undefined]);
  });
});

describe("resources", () => {
  const png = Buffer.from("\x89PNG\r\n\x1a\n....", "latin1");
  it.each(["authgear.yaml", "deno/hook.ts", "templates/en/translation.json", "templates/zh-HK/messages/verification_email.html", "reserved_name.txt"])("accepts %s", (path) =>
    expect(reason(() => checkResource(path, Buffer.from("{}")))).toBeUndefined(),
  );
  it.each(["x.txt", "../authgear.yaml", "templates/en/web/login.html", "deno/a/b.ts", "static/en/app_logo.svg", "AUTHGEAR.yaml"])("refuses the path %s", (path) =>
    expect(reason(() => checkResource(path, png))).toBe("UnknownResource"),
  );
  it("threat: a script dressed as an image", () => expect(reason(() => checkResource("static/en/app_logo.png", Buffer.from("<script>")))).toBe("UnsupportedImageFile"));
  it("accepts real images up to their limit", () => {
    expect(reason(() => checkResource("static/en/app_logo.png", png))).toBeUndefined();
    expect(reason(() => checkResource("authgear.yaml", Buffer.alloc(102_401)))).toBe("ResourceTooLarge");
  });
});

describe("domains", () => {
  const env = { appHostSuffix: ".apps.example" };
  it("are the default host and that of the public origin", () => {
    expect(chooseDomains("shop", "https://login.shop.example", env)).toEqual([
      { domain: "shop.apps.example", isCustom: false },
      { domain: "login.shop.example", isCustom: true },
    ]);
  });
  it("never take this machine's own names", () => expect(chooseDomains("shop", "http://localhost:3000", env)).toEqual([{ domain: "shop.apps.example", isCustom: false }]));
});
