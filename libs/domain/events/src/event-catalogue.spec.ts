import { describe, expect, it } from "vitest";
import {
  adminApiMutationCreateUserExecuted,
  auditActivityTypes,
  authenticationBlocked,
  authenticationPrimaryPasswordFailed,
  eventCatalogue,
  eventId,
  hookHears,
  identityEmailVerified,
  oidcJwtPreCreate,
  parseEnvelope,
  smsSent,
  userCreated,
  userPreCreate,
  zeroEventUser,
} from "./index.js";

const user = zeroEventUser("6a2f0000-0000-4000-8000-000000000000");

describe("event catalogue", () => {
  it("names each event once", () => {
    expect(new Set(eventCatalogue.map((entry) => entry.type)).size).toBe(eventCatalogue.length);
  });

  it("has nine blocking events, none of them audited", () => {
    const blocking = eventCatalogue.filter((entry) => entry.blocking);
    expect(blocking).toHaveLength(9);
    expect(blocking.some((entry) => entry.audit)).toBe(false);
  });

  it("audits every non-blocking event under an upper-case name", () => {
    expect(auditActivityTypes.size).toBe(eventCatalogue.length - 9);
    expect(auditActivityTypes.get("AUTHENTICATION_PRIMARY_PASSKEY_FAILED")).toBe("authentication.primary.passkey.failed");
  });

  it("has events that are a user's or the system's whoever asked for them: messages, limits, failed attempts", () => {
    const by = Map.groupBy(
      eventCatalogue.filter(({ triggeredBy }) => triggeredBy),
      ({ triggeredBy }) => triggeredBy,
    );
    expect(by.get("system")?.map(({ type }) => type)).toEqual(["usage.alert.triggered"]);
    const families = /^(authentication|bot_protection|email|sms|whatsapp|fraud_protection|m2m|rate_limit)\./;
    expect(by.get("user")).toEqual(eventCatalogue.filter(({ type, blocking }) => !blocking && families.test(type)));
    expect([...by.keys()].sort()).toEqual(["system", "user"]);
  });

  it("takes the user's id from the payload, or from the subject", () => {
    expect(userCreated({ user, identities: [] })).toMatchObject({ type: "user.created", userId: user.id, blocking: false });
    expect(authenticationBlocked({ user: null, error: { name: "Forbidden", reason: "HookDisallowed", message: "", code: 403 } }).userId).toBeUndefined();
    expect(smsSent({ sender: "", recipient: "+852", type: "verification", is_not_counted_in_usage: false }, { userId: "u1" }).userId).toBe("u1");
    expect(userPreCreate({ user, identities: [] }).blocking).toBe(true);
    expect(oidcJwtPreCreate({ user, identities: [], jwt: { payload: {} } }).type).toBe("oidc.jwt.pre_create");
    expect(adminApiMutationCreateUserExecuted({ user }).type).toBe("admin_api.mutation.create_user.executed");
  });
});

describe("what a hook hears", () => {
  it("lets no star reach audit-only events", () => expect(hookHears(["*"], smsSent.entry.type)).toBe(false));
  it("lets a star reach verification events, which cannot be listed", () => {
    expect(hookHears(["*"], identityEmailVerified.entry.type)).toBe(true);
    expect(hookHears(["identity.email.verified"], "identity.email.verified")).toBe(false);
  });
  it("matches listed events only", () => {
    expect(hookHears(["user.created"], "user.created")).toBe(true);
    expect(hookHears(["user.created"], "user.deleted")).toBe(false);
    expect(hookHears(["*"], authenticationPrimaryPasswordFailed.entry.type)).toBe(false);
  });
});

describe("envelope", () => {
  it("writes the sequence number as 16 hex digits", () => expect(eventId(1234)).toBe("00000000000004d2"));
  it("reads only whole envelopes", () => {
    expect(parseEnvelope("{")).toBeUndefined();
    expect(parseEnvelope('{"id":"1"}')).toBeUndefined();
    expect(parseEnvelope('{"id":"1","seq":1,"type":"user.created","payload":{},"context":{"app_id":"p"}}')?.type).toBe("user.created");
  });
});
