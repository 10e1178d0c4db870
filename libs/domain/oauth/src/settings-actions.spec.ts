import type { ProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { parseLoginHint } from "./login-hint.js";
import { settingsActionPage } from "./settings-actions.js";

const keys = [
  { type: "email", key: "old", create_disabled: true, update_disabled: false },
  { type: "email", key: "work", create_disabled: false, update_disabled: true },
  { type: "username", create_disabled: true, update_disabled: true },
];
const config = { identity: { login_id: { keys } } } as unknown as ProjectConfig;
const page = (action: string | undefined, providerAlias?: string) =>
  settingsActionPage(config, { ...(action === undefined ? {} : { action }), ...(providerAlias ? { providerAlias } : {}) });

describe("settings actions", () => {
  it("have a page each, for the first key that allows them", () => {
    expect(page("change_password")).toEqual({ path: "/settings/change_password", query: {} });
    expect(page("delete_account")).toEqual({ path: "/settings/delete_account", query: {} });
    expect(page("add_email")).toEqual({ path: "/settings/identity/add_email", query: { q_login_id_key: "work" } });
    expect(page("change_email")).toEqual({ path: "/settings/identity/change_email", query: { q_login_id_key: "old" } });
    expect(page("link_oauth", "corp")).toEqual({ path: "/settings/identity/oauth", query: { x_provider_alias: "corp" } });
    expect(page("unlink_oauth", "corp").query).toEqual({ x_provider_alias: "corp", x_settings_action: "unlink_oauth" });
  });

  it.each([
    ["add_username", "add_username is not allowed"],
    ["change_phone", "change_phone is not allowed"],
    ["link_oauth", "x_oauth_provider_alias is required"],
    ["remove_email", "invalid settings action"],
    [undefined, "invalid settings action"],
  ])("are refused: %s", (action, description) => expect(() => page(action)).toThrow(description));
});

describe("login hints", () => {
  const read = (query: string) => parseLoginHint(`https://authgear.com/login_hint?${query}`);

  it("name a login id, an anonymous user or an app's session", () => {
    expect(read("type=login_id&email=a%40b.test&enforce=true")).toEqual({ type: "login_id", loginId: "a@b.test", enforce: true });
    expect(read("type=login_id&phone=%2B1&username=u")).toEqual({ type: "login_id", loginId: "+1", enforce: false });
    expect(read("type=login_id&username=u&enforce=1")).toEqual({ type: "login_id", loginId: "u", enforce: false });
    expect(read("type=login_id")).toEqual({ type: "login_id", enforce: false });
    expect(read("type=anonymous&promotion_code=x")).toEqual({ type: "anonymous" });
    expect(read("type=app_session_token&app_session_token=t")).toEqual({ type: "app_session_token", token: "t" });
    expect(read("type=app_session_token")).toEqual({ type: "app_session_token", token: "" });
    expect([parseLoginHint(undefined), parseLoginHint("")]).toEqual([undefined, undefined]);
  });

  it.each(["ann@example.com", "https://evil.test/login_hint?type=login_id", "https://authgear.com/login_hint?type=user_id", "https://authgear.com/login_hint?"])(
    "are refused: %s",
    (hint) => expect(() => parseLoginHint(hint)).toThrow("invalid login_hint"),
  );
});
