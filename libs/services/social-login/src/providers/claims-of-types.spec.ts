import { describe, expect, it } from "vitest";
import { invalidConfiguration, oauthProtocolError } from "@gatehouse/domain-errors";
import { adfsClaims } from "./adfs.js";
import { firstConsentName } from "./apple.js";
import { b2cClaims } from "./azureadb2c.js";
import { facebookClaims } from "./facebook.js";
import { githubClaims } from "./github.js";
import { wechatClaims, wechatSubject } from "./wechat.js";

const known = (claims: Record<string, unknown>) => Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

describe("claims by type", () => {
  it("facebook: middle_name is not taken, a missing picture is none", () => {
    expect(known(facebookClaims({ id: "1", first_name: "A", last_name: "B", middle_name: "M", short_name: "a", name: "A B" }))).toEqual({
      given_name: "A",
      family_name: "B",
      nickname: "a",
      name: "A B",
    });
    expect(facebookClaims({ picture: null }).picture).toBeUndefined();
    expect(facebookClaims({ picture: "x" }).picture).toBeUndefined();
  });

  it("github: the login is the name, GitHub's own name is not", () => {
    expect(known(githubClaims({ login: "ada", name: "Ada Lovelace", email: null }))).toEqual({ name: "ada", given_name: "ada", email: null });
  });

  it("azureadb2c: the last address that is not empty, else the sign-in name", () => {
    expect(b2cClaims({ emails: ["a@x.co", "b@x.co", ""], email: "c@x.co" }).email).toBe("b@x.co");
    expect(b2cClaims({ emails: [], "signInNames.emailAddress": "d@x.co", email: "c@x.co" }).email).toBe("d@x.co");
    expect(b2cClaims({ emails: "a@x.co", email: "c@x.co" }).email).toBeUndefined();
    expect(known(b2cClaims({ name: "N", given_name: "G", family_name: "F", nickname: "x", picture: "p" }))).toEqual({ name: "N", given_name: "G", family_name: "F" });
  });

  it("adfs: upn fills what is missing and replaces nothing", () => {
    expect(adfsClaims({ upn: "ada@corp.example" })).toMatchObject({ preferred_username: "ada@corp.example", email: "ada@corp.example" });
    expect(adfsClaims({ upn: "u@corp.example", email: "e@x.co", preferred_username: "p" })).toMatchObject({ preferred_username: "p", email: "e@x.co" });
    expect(known(adfsClaims({ upn: "CORP\\ada" }))).toEqual({ upn: "CORP\\ada", preferred_username: "CORP\\ada" });
    for (const upn of [undefined, "", 1]) expect(() => adfsClaims({ upn })).toThrow(expect.toSatisfy(oauthProtocolError.is) as never);
  });

  it("apple: non-empty parts of the name; nothing without the field", () => {
    expect(firstConsentName('{"name":{"firstName":"Ada","lastName":""}}')).toEqual({ given_name: "Ada" });
    expect(firstConsentName(null)).toEqual({});
    expect(firstConsentName('{"email":"x@y.co"}')).toEqual({});
    for (const field of ["{", "null"]) expect(() => firstConsentName(field)).toThrow(expect.toSatisfy(oauthProtocolError.is) as never);
  });

  it("wechat: nickname, language and sex, nothing else", () => {
    expect(known(wechatClaims({ nickname: "A", sex: 1, language: "zh_CN", headimgurl: "x", city: "y" }))).toEqual({ name: "A", given_name: "A", gender: "male", locale: "zh_CN" });
    expect(wechatClaims({ sex: 0 }).gender).toBeUndefined();
  });

  it("wechat: which id tells an account", () => {
    const [real, sandbox] = [{ keys: {} }, { keys: { is_sandbox_account: true } }];
    expect(wechatSubject(real, { unionid: "u", openid: "o" })).toBe("u");
    expect(wechatSubject(sandbox, { openid: "o" })).toBe("o");
    for (const [settings, answer] of [
      [real, { openid: "o" }],
      [sandbox, { unionid: "u", openid: "o" }],
      [sandbox, {}],
    ] as const)
      expect(() => wechatSubject(settings, answer)).toThrow(expect.toSatisfy(invalidConfiguration.is) as never);
  });
});
