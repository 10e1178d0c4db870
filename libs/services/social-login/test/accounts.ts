import type { FakeType } from "./fake-credentials.js";

/** What one type is to make of an account. */
export interface ExpectedAccount {
  /** In the provider's own words. */
  account: Record<string, unknown>;
  subjectId: string;
  providerKeys: Record<string, unknown>;
  claims: Record<string, unknown>;
}

const standard = { sub: "subject-1", email: "Ada@Example.COM", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace", locale: "en-GB" };
const normalised = { email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace", locale: "en-GB" };

/** One account of each type with what is to come of it. */
export const expectedAccounts: Readonly<Record<FakeType, ExpectedAccount>> = {
  google: {
    account: { ...standard, email_verified: true, picture: "https://pics.example/ada.png" },
    subjectId: "subject-1",
    providerKeys: {},
    claims: { ...normalised, email_verified: true, picture: "https://pics.example/ada.png" },
  },
  apple: {
    account: { sub: "001.apple", email: "ada@privaterelay.example", email_verified: "true" },
    subjectId: "001.apple",
    providerKeys: { team_id: "APPLETEAM1" },
    claims: { email: "ada@privaterelay.example", email_verified: true },
  },
  facebook: {
    account: {
      id: "1000",
      email: "Ada@Example.com",
      name: "Ada Lovelace",
      first_name: "Ada",
      last_name: "Lovelace",
      short_name: "Ada",
      picture: { data: { url: "https://pics.example/a.png" } },
    },
    subjectId: "1000",
    providerKeys: { client_id: "fake-client" },
    claims: { email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace", nickname: "Ada", picture: "https://pics.example/a.png" },
  },
  github: {
    account: { id: 4242, login: "ada", name: "Ada Lovelace", email: "ada@example.com", avatar_url: "https://avatars.example/4242", html_url: "https://github.example/ada" },
    subjectId: "4242",
    providerKeys: {},
    claims: { email: "ada@example.com", name: "ada", given_name: "ada", picture: "https://avatars.example/4242", profile: "https://github.example/ada" },
  },
  linkedin: {
    account: { ...standard, locale: { country: "GB", language: "en" } },
    subjectId: "subject-1",
    providerKeys: { client_id: "fake-client" },
    claims: { email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace" },
  },
  azureadv2: {
    account: { ...standard, oid: "object-1", preferred_username: "Ada@Contoso.example", iss: "https://login.example/her-own-tenant/v2.0" },
    subjectId: "object-1",
    providerKeys: { tenant: "organizations" },
    claims: { ...normalised, preferred_username: "ada@contoso.example" },
  },
  azureadb2c: {
    account: { ...standard, email: "ignored@example.com", emails: ["old@example.com", "Ada@Example.com", ""] },
    subjectId: "subject-1",
    providerKeys: { tenant: "contoso" },
    claims: { email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace" },
  },
  adfs: {
    account: { sub: "subject-1", upn: "Ada@Corp.example" },
    subjectId: "subject-1",
    providerKeys: {},
    claims: { email: "ada@corp.example", preferred_username: "ada@corp.example" },
  },
  wechat: {
    account: { openid: "open-1", unionid: "union-1", nickname: "Ada", sex: 2, language: "en", headimgurl: "https://pics.example/a.png" },
    subjectId: "union-1",
    providerKeys: { account_id: "gh_fake", is_sandbox_account: "false" },
    claims: { name: "Ada", given_name: "Ada", locale: "en", gender: "female" },
  },
};
