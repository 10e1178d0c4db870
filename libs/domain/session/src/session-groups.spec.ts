import { describe, expect, it } from "vitest";
import type { ProjectConfig } from "@gatehouse/domain-config";
import type { UserId } from "@gatehouse/domain-project";
import {
  clientLifetimes,
  deviceApplicationId,
  deviceModel,
  deviceName,
  groupId,
  isInGroupOf,
  lifetimeOfClient,
  listSessions,
  type OfflineGrant,
  offlineGrantExpiry,
} from "./index.js";

const NOW = new Date("2026-01-01T00:00:00Z");
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const config = (more: object = {}, clients: object[] = [{ client_id: "spa" }, { client_id: "third", x_application_type: "third_party_app" }]) =>
  ({ session: {}, oauth: { clients }, ...more }) as unknown as ProjectConfig;

const browser = (id: string, usedAgo = 0) => ({
  id,
  userId: "u" as UserId,
  amr: [],
  createdAt: ago(1000),
  authenticatedAt: ago(1000),
  initialAccess: { time: ago(1000), ip: "", userAgent: "" },
  lastAccess: { time: ago(usedAgo), ip: "", userAgent: "curl/8.1.2" },
});
const grant = (id: string, more: Partial<OfflineGrant> = {}, usedAgo = 0): OfflineGrant => ({
  ...browser(id, usedAgo),
  initialClientId: "spa",
  idpSessionId: null,
  ssoEnabled: false,
  deviceInfo: null,
  identityId: null,
  app2appDeviceKey: null,
  deviceSecretHash: null,
  deviceSecretDpopJkt: null,
  ...more,
});
const of = (one: OfflineGrant, clientIds = ["spa"]) => ({ grant: one, clientIds });

describe("groups", () => {
  const idp = { kind: "idp" as const, session: browser("s") };
  const shared = { kind: "offline_grant" as const, session: grant("g1", { idpSessionId: "s", ssoEnabled: true }) };
  const through = { kind: "offline_grant" as const, session: grant("g2", { idpSessionId: "s" }) };
  const own = { kind: "offline_grant" as const, session: grant("g3") };

  it("are the IdP session, and every grant obtained through it", () => {
    expect([idp, shared, through, own].map((one) => isInGroupOf(one, idp))).toEqual([true, true, true, false]);
    expect([idp, shared, through, own].map((one) => isInGroupOf(one, shared))).toEqual([true, true, true, false]);
  });

  it("hold a grant that shares no sign-on alone when it is asked from there", () => {
    expect(groupId(through)).toBeUndefined();
    expect([idp, shared, through, own].map((one) => isInGroupOf(one, through))).toEqual([false, false, true, false]);
  });
});

describe("lists", () => {
  it("leave out what has expired, what has lost its client, its sign-on or belongs to third parties", () => {
    const sessions = {
      idp: [browser("live"), browser("idle", 2_592_001)],
      grants: [
        of(grant("ok")),
        of(grant("foreign", { initialClientId: "third" }), ["third"]),
        of(grant("mixed"), ["third", "spa"]),
        of(grant("gone", { initialClientId: "gone" })),
        of(grant("orphan", { idpSessionId: "elsewhere", ssoEnabled: true })),
        of(grant("tester", { initialClientId: "tester" })),
        of(grant("idle", {}, 2_592_001)),
      ],
    };
    expect(listSessions(config(), sessions, { now: NOW }).map(({ session }) => session.id)).toEqual(["live", "ok", "mixed", "tester"]);
  });

  it("mark what is current: a grant obtained through the sign-on too", () => {
    const sessions = { idp: [browser("s", 5)], grants: [of(grant("through", { idpSessionId: "s" }, 1)), of(grant("other", {}, 2))] };
    const listed = listSessions(config(), sessions, { now: NOW, current: { kind: "idp", session: browser("s") } });
    expect(listed.map(({ session, isCurrent, isDevice }) => [session.id, isCurrent, isDevice])).toEqual([
      ["through", true, true],
      ["other", false, true],
      ["s", true, false],
    ]);
  });
});

describe("lifetimes", () => {
  it("of a client that says nothing are 52 weeks, never less than its access tokens", () => {
    expect(offlineGrantExpiry({ access_token_lifetime_seconds: 40_000_000, refresh_token_idle_timeout_enabled: false }, grant("g")).getTime()).toBe(
      ago(1000).getTime() + 40_000_000_000,
    );
    expect(offlineGrantExpiry({ refresh_token_idle_timeout_enabled: false }, grant("g")).getTime()).toBe(ago(1000).getTime() + 31_449_600_000);
    expect(offlineGrantExpiry({}, grant("g")).getTime()).toBe(NOW.getTime() + 2_592_000_000);
    expect([lifetimeOfClient(config(), "tester"), lifetimeOfClient(config(), "nobody")]).toEqual([{}, undefined]);
    expect(clientLifetimes(config({}, []))).toEqual([{ client_id: "tester", lifetime: 31_449_600, idle: 2_592_000 }]);
  });
});

describe("devices", () => {
  it.each([
    [{ ios: { uname: { machine: "iPhone13,1" } } }, "iPhone 12 mini"],
    [{ ios: { uname: { machine: "iPhone14,2" } } }, "iPhone 13 Pro"],
    [{ ios: { uname: { machine: "iPad8,9" } } }, "iPad Pro 11-inch (2nd generation)"],
    [{ ios: { uname: { machine: "iPod9,1" } } }, "iPod touch (7th generation)"],
    [{ ios: { uname: { machine: "arm64" } } }, "iOS Simulator"],
    [{ ios: { uname: { machine: "iPhone99,9" } } }, "iPhone99,9"],
    [{ android: { Build: { MANUFACTURER: "Google", MODEL: "Pixel 7" } } }, "Google Pixel 7"],
    [{ android: { Build: { MODEL: "Pixel 7" } } }, ""],
    [{ android: null, ios: 5 }, ""],
  ])("have the model %j", (info, model) => {
    expect(deviceModel(info)).toBe(model);
  });

  it("have a name and an app", () => {
    const android = { android: { Settings: { Global: {}, Secure: { bluetooth_name: "Ann's phone" } }, PackageInfo: { packageName: "com.shop" } } };
    const ios = { ios: { uname: { nodename: "Anns-iPhone" }, NSBundle: { CFBundleIdentifier: "com.shop.ios" } } };
    expect([deviceName(android), deviceApplicationId(android), deviceName(ios), deviceApplicationId(ios)]).toEqual(["Ann's phone", "com.shop", "Anns-iPhone", "com.shop.ios"]);
  });
});
