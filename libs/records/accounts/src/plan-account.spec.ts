import type { Authenticator } from "@gatehouse/domain-authenticator";
import { CLAIM_OF_LOGIN_ID, type Identity, type LoginIdType } from "@gatehouse/domain-identity";
import { asUserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import { describe, expect, it } from "vitest";
import { checkIdentityLeft, checkPrimaryLeft } from "./check-removal.js";
import { emptyUser } from "./make-account.js";
import { isApplicable, withAuthenticators, withIdentity, withLoginId, withoutAuthenticator, withoutIdentity } from "./plan-account.js";

const NOW = new Date("2026-01-01T00:00:00Z");
const LATER = new Date("2026-01-02T00:00:00Z");
const USER = asUserId("u1");

function identity(type: Identity["type"] | LoginIdType, value: string, claims: Identity["claims"] = {}): Identity {
  const loginIdType = type === "email" || type === "phone" || type === "username" ? type : null;
  return {
    id: value,
    userId: USER,
    type: loginIdType ? "login_id" : (type as Identity["type"]),
    loginIdKey: loginIdType,
    loginIdType,
    loginId: loginIdType ? value : null,
    originalLoginId: loginIdType ? value : null,
    uniqueKey: value,
    claims: loginIdType ? { [CLAIM_OF_LOGIN_ID[loginIdType]]: value } : claims,
    details: {},
    createdAt: NOW,
    updatedAt: NOW,
  };
}

function authenticator(kind: Authenticator["kind"], type: Authenticator["type"], target = ""): Authenticator {
  return {
    id: `${kind}-${type}-${target}`,
    userId: USER,
    type,
    kind,
    isDefault: false,
    passwordHash: null,
    expireAfter: null,
    email: type === "oob_otp_email" ? target : null,
    phone: type === "oob_otp_sms" ? target : null,
    secret: null,
    displayName: null,
    passkey: type === "passkey" ? { credentialId: target, publicKey: "", signCount: 0, transports: [] } : null,
    createdAt: NOW,
    updatedAt: NOW,
  };
}

const facts = (more: Partial<UserFacts> & { attributes?: Record<string, unknown> } = {}): UserFacts => {
  const { attributes = {}, ...rest } = more;
  return { user: { ...emptyUser(USER, NOW), standardAttributes: attributes }, identities: [], authenticators: [], verified: [], recoveryCodes: 0, ...rest };
};
const shown = ({ authenticators }: UserFacts): string[] => authenticators.map(({ id }) => id);
const A = identity("email", "a@x.co");
const B = identity("email", "b@x.co");
const PASSWORD = authenticator("primary", "password");
const codeTo = (target: string) => authenticator("primary", "oob_otp_email", target);

describe("which primary authenticators stand for an identity", () => {
  const google = identity("oauth", "google:{}:1");
  const passkey = identity("passkey", "cred");
  it.each<[string, Identity, Authenticator, boolean]>([
    ["a password for an email address", A, PASSWORD, true],
    ["a password for a user name", identity("username", "ann"), PASSWORD, true],
    ["a password for a social account", google, PASSWORD, false],
    ["codes by email for an email address", A, codeTo("a@x.co"), true],
    ["codes by email for a phone number", identity("phone", "+852"), codeTo("a@x.co"), false],
    ["codes by SMS for a phone number", identity("phone", "+852"), authenticator("primary", "oob_otp_sms", "+852"), true],
    ["codes by SMS for a user name", identity("username", "ann"), authenticator("primary", "oob_otp_sms", "+852"), false],
    ["a passkey for a user name", identity("username", "ann"), authenticator("primary", "passkey", "cred"), true],
    ["a passkey for itself", passkey, authenticator("primary", "passkey", "cred"), true],
    ["a passkey for another one", passkey, authenticator("primary", "passkey", "other"), false],
    ["a password for a passkey", passkey, PASSWORD, false],
    ["a password for a directory entry", identity("ldap", "entry"), PASSWORD, false],
  ])("%s", (_, one, by, expected) => {
    expect(isApplicable(by, one)).toBe(expected);
  });
});

describe("adding", () => {
  it("puts a new identity first, and fills what attributes lack from it", () => {
    const after = withIdentity(facts({ identities: [A], attributes: { email: "a@x.co" } }), identity("oauth", "g", { email: "g@x.co", phone_number: "+1" }), [
      { name: "email", value: "g@x.co" },
    ]);
    expect(after.identities.map(({ id }) => id)).toEqual(["g", "a@x.co"]);
    expect(after.user.standardAttributes).toEqual({ email: "a@x.co", phone_number: "+1" });
    expect(after.verified).toEqual([{ name: "email", value: "g@x.co" }]);
  });

  it("notes a proven address once", () => {
    const claim = { name: "email" as const, value: "a@x.co" };
    expect(withIdentity(facts({ verified: [claim] }), A, [claim]).verified).toEqual([claim]);
  });

  it("makes the first primary authenticator the default, and no other", () => {
    const defaults = (after: UserFacts) => after.authenticators.map(({ isDefault }) => isDefault);
    expect(defaults(withAuthenticators(facts(), [authenticator("secondary", "totp"), PASSWORD, codeTo("a@x.co")], []))).toEqual([false, true, false]);
    expect(defaults(withAuthenticators(facts({ authenticators: [PASSWORD] }), [codeTo("a@x.co")], []))).toEqual([false, false]);
  });

  it("ends the grace period by a second factor only", () => {
    const user = { ...emptyUser(USER, NOW), mfaGracePeriodEndAt: LATER };
    expect(withAuthenticators(facts({ user }), [PASSWORD], []).user.mfaGracePeriodEndAt).toEqual(LATER);
    expect(withAuthenticators(facts({ user }), [authenticator("secondary", "totp")], []).user.mfaGracePeriodEndAt).toBeNull();
  });
});

describe("another value", () => {
  const changed: Identity = { ...identity("email", "new@x.co"), id: A.id, updatedAt: LATER };

  it("moves codes to it, unless some go there already", () => {
    expect(withLoginId(facts({ identities: [A, B], authenticators: [codeTo("a@x.co"), codeTo("b@x.co")] }), changed, []).authenticators).toMatchObject([
      { id: "primary-oob_otp_email-a@x.co", email: "new@x.co", updatedAt: LATER },
      { email: "b@x.co", updatedAt: NOW },
    ]);
    expect(shown(withLoginId(facts({ identities: [A], authenticators: [codeTo("a@x.co"), codeTo("new@x.co")] }), changed, []))).toEqual(["primary-oob_otp_email-new@x.co"]);
  });

  it("does not move second factors", () => {
    const second = authenticator("secondary", "oob_otp_email", "a@x.co");
    expect(withLoginId(facts({ identities: [A], authenticators: [second] }), changed, []).authenticators).toEqual([second]);
  });

  it("forgets the old address and replaces it in the attributes", () => {
    const after = withLoginId(facts({ identities: [A], verified: [{ name: "email", value: "a@x.co" }], attributes: { email: "a@x.co", name: "Ann" } }), changed, []);
    expect([after.verified, after.user.standardAttributes]).toEqual([[], { name: "Ann", email: "new@x.co" }]);
  });

  it("of another type leaves the one-time password of the old address behind, which no identity has any more", () => {
    const toPhone = { ...identity("phone", "+85298765432"), id: A.id, updatedAt: LATER };
    expect(shown(withLoginId(facts({ identities: [A], authenticators: [codeTo("a@x.co")] }), toPhone, []))).toEqual([]);
    const toName = { ...identity("username", "a@x.co"), id: A.id, updatedAt: LATER };
    expect(shown(withLoginId(facts({ identities: [A], authenticators: [codeTo("a@x.co")] }), toName, []))).toEqual([]);
  });

  it("changes nothing else when the value stays the same", () => {
    const before = facts({ identities: [A], authenticators: [authenticator("primary", "oob_otp_sms", "+852")], recoveryCodes: 3 });
    const after = withLoginId(before, { ...A, originalLoginId: "A@x.co" }, []);
    expect([after.authenticators, after.recoveryCodes]).toEqual([before.authenticators, 3]);
  });
});

describe("removing", () => {
  it("takes the codes of the address, and authenticators that nothing is left for", () => {
    const authenticators = [PASSWORD, codeTo("a@x.co"), codeTo("b@x.co"), authenticator("primary", "oob_otp_sms", "+852")];
    const before = facts({ identities: [A, B, identity("phone", "+852")], authenticators });
    expect(shown(withoutIdentity(before, A))).toEqual(shown({ ...before, authenticators: [PASSWORD, codeTo("b@x.co"), authenticator("primary", "oob_otp_sms", "+852")] }));
    expect(shown(withoutIdentity(facts({ identities: [A, identity("oauth", "g")], authenticators }), A))).toEqual([]);
  });

  it("takes a passkey with its identity only", () => {
    const key = authenticator("primary", "passkey", "cred");
    const before = facts({ identities: [A, B, identity("passkey", "cred")], authenticators: [key] });
    expect(shown(withoutIdentity(before, A))).toEqual([key.id]);
    expect(shown(withoutIdentity(before, before.identities[2] as Identity))).toEqual([]);
  });

  it("keeps a proof as long as anything carries the address", () => {
    const verified = [{ name: "email", value: "a@x.co" }];
    const carriers: [string, UserFacts][] = [
      ["a social account", facts({ identities: [A, identity("oauth", "g", { email: "a@x.co" })], verified })],
      ["a directory entry", facts({ identities: [A, identity("ldap", "l", { email: "a@x.co" })], verified })],
      ["a second factor", facts({ identities: [A, B], authenticators: [authenticator("secondary", "oob_otp_email", "a@x.co")], verified })],
    ];
    for (const [name, before] of carriers) expect(withoutIdentity(before, A).verified, name).toEqual(verified);
    expect(withoutIdentity(facts({ identities: [A, identity("passkey", "p", { email: "a@x.co" })], verified }), A).verified).toEqual([]);
  });

  it("forgets recovery codes when no second factor is left", () => {
    const [one, two] = [authenticator("secondary", "totp", "1"), authenticator("secondary", "password")];
    const before = facts({ authenticators: [one, two], recoveryCodes: 5 });
    expect(withoutAuthenticator(before, one.id).recoveryCodes).toBe(5);
    expect(withoutAuthenticator(withoutAuthenticator(before, one.id), two.id).recoveryCodes).toBe(0);
  });
});

describe("what must be left", () => {
  const kindOf = (check: () => void) => {
    try {
      check();
      return undefined;
    } catch (error) {
      return isApiError(error) ? error.info?.cause : error;
    }
  };

  it.each<[Identity["type"] | LoginIdType, boolean]>([
    ["email", true],
    ["username", true],
    ["oauth", true],
    ["passkey", false],
    ["biometric", false],
    ["ldap", false],
    ["anonymous", false],
    ["siwe", false],
  ])("%s finds an account: %s", (type, enough) => {
    expect(kindOf(() => checkIdentityLeft(facts({ identities: [identity(type, "x")] })))).toEqual(enough ? undefined : { kind: "RemoveLastIdentity" });
  });

  it("is a primary authenticator for each identity that needs one; a second factor is none", () => {
    const locked = { kind: "RemoveLastPrimaryAuthenticator", identity_id: "+852" };
    const before = facts({
      identities: [A, identity("phone", "+852"), identity("oauth", "g")],
      authenticators: [codeTo("a@x.co"), authenticator("secondary", "oob_otp_sms", "+852")],
    });
    expect(kindOf(() => checkPrimaryLeft(before))).toEqual(locked);
    expect(kindOf(() => checkPrimaryLeft({ ...before, authenticators: [PASSWORD] }))).toBeUndefined();
    expect(kindOf(() => checkPrimaryLeft(facts({ identities: [identity("oauth", "g")] })))).toBeUndefined();
  });
});
