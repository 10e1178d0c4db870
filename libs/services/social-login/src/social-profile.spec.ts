import { expect, it } from "vitest";
import { refreshedProfile, type SocialProfile } from "./social-profile.js";

const profile = (providerType: string, more: Record<string, unknown>): SocialProfile => ({
  alias: "x",
  providerType,
  providerKeys: {},
  subjectId: "1",
  uniqueKey: "x",
  rawProfile: more,
  claims: more,
  emailVerified: true,
  storeAttributes: true,
});
const named = { given_name: "Ada", family_name: "Lovelace", email: "old@example.com" };
const kept = { rawProfile: named, claims: named };

it("a second login at Apple, which tells no name, keeps the name and refreshes the rest", () => {
  const fresh = { email: "new@example.com" };
  const expected = { given_name: "Ada", family_name: "Lovelace", email: "new@example.com" };
  expect(refreshedProfile(profile("apple", fresh), kept)).toEqual({ rawProfile: expected, claims: expected });
});

it("a name that Apple tells replaces the one that was kept", () => {
  const fresh = { given_name: "Augusta" };
  expect(refreshedProfile(profile("apple", fresh), kept)).toEqual({ rawProfile: fresh, claims: fresh });
});

it("other providers tell the name each time: nothing is kept", () => {
  const fresh = { email: "new@example.com" };
  expect(refreshedProfile(profile("google", fresh), kept)).toEqual({ rawProfile: fresh, claims: fresh });
});
