import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";

const clients = [
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], post_logout_redirect_uris: ["http://app.test/bye"] },
  { client_id: "third", name: "third", client_name: "Third", x_application_type: "third_party_app", redirect_uris: ["http://third.test/cb"] },
  {
    client_id: "custom",
    name: "c",
    x_application_type: "spa",
    redirect_uris: ["http://app.test/cb"],
    post_logout_redirect_uris: ["http://custom.test/bye"],
    x_custom_ui_uri: "http://ui.test/auth",
  },
];
const project = () => authClient({ config: { oauth: { clients } }, features: { oauth: { client: { custom_ui_enabled: true } } } });

async function tokensOf(client: AuthClient, email: string, more: Record<string, string> = { x_sso_enabled: "true" }): Promise<Record<string, string>> {
  const { code, verifier } = await obtainCode(client, { email, more });
  return (await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } }))
    .json;
}
const refresh = async (client: AuthClient, { refresh_token = "" }: Record<string, string>): Promise<string | undefined> =>
  (await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token } })).json.error;
const end = (client: AuthClient, params: Record<string, string>): Promise<Reply> => client.send(`/oauth2/end_session?${new URLSearchParams(params)}`);
const signedIn = async (client: AuthClient): Promise<boolean> => (await client.send("/_resolver/resolve")).headers["x-authgear-session-valid"] === "true";

describe("end_session", () => {
  it("takes a form by way of a sealed address, and logs out silently with a hint of the same sign-on", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const tokens = await tokensOf(client, "ann@example.com");
    delete client.jar.same_site_strict;
    const form = { id_token_hint: tokens.id_token as string, post_logout_redirect_uri: "http://app.test/bye", state: "z" };
    const posted = await client.send("/oauth2/end_session", { form });
    const next = posted.headers.location as string;
    expect([posted.status, next.startsWith("/oauth2/end_session?x_end_session_ref=")]).toEqual([302, true]);
    expect(next).not.toMatch(/id_token_hint|app\.test/);
    expect(String(posted.headers["set-cookie"])).toMatch(/^end_session_ref_key=.+; Max-Age=300; Path=\/oauth2\/end_session; HttpOnly; SameSite=Lax/);
    const out = await client.send(next);
    expect([out.status, out.headers.location]).toEqual([303, "http://app.test/bye?state=z"]);
    expect([client.jar.session, client.jar.end_session_ref_key]).toEqual([undefined, undefined]);
    expect([await refresh(client, tokens), await signedIn(client)]).toEqual(["invalid_grant", false]);
    const told = await client.project.db.read((tx) => tx.query("select payload from outbox where project_id = $1 and type = 'user.signed_out'", [client.project.project.id]));
    expect(told.map(({ payload }) => (payload as { sessions: { type: string }[] }).sessions.map(({ type }) => type).sort())).toEqual([["idp", "offline_grant"]]);
  });

  it("asks when the hint is of another client than the request names (OpenID Connect RP-Initiated Logout §2)", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { id_token = "" } = await tokensOf(client, "ann@example.com");
    for (const client_id of ["custom", "nobody"]) {
      const asked = await end(client, { id_token_hint: id_token, client_id });
      expect([asked.headers.location?.slice(0, 8), await signedIn(client)]).toEqual(["/logout?", true]);
    }
    const sealed = await client.send("/oauth2/end_session", { form: { id_token_hint: id_token, client_id: "custom" } });
    expect([(await client.send(sealed.headers.location as string)).headers.location?.slice(0, 8), await signedIn(client)]).toEqual(["/logout?", true]);
    expect([(await end(client, { id_token_hint: id_token, client_id: "spa" })).headers.location, await signedIn(client)]).toEqual(["/settings", false]);
  });

  it("goes on without parameters when the sealed ones are garbage, or of another browser (logout CSRF)", async () => {
    const client = await project();
    const garbage = await client.send("/oauth2/end_session?x_end_session_ref=garbage");
    expect([garbage.status, garbage.headers.location]).toEqual([302, "/settings"]);
    const sealed = (await client.send("/oauth2/end_session", { form: { post_logout_redirect_uri: "http://app.test/bye" } })).headers.location as string;
    client.jar.end_session_ref_key = Buffer.alloc(32).toString("base64url");
    expect((await client.send(sealed)).headers.location).toBe("/settings");
  });

  it("asks first when no page of the site and no hint of the session sends the browser (logout CSRF)", async () => {
    const client = await project();
    await client.signUp("bob@example.com");
    delete client.jar.same_site_strict;
    const asked = await end(client, { post_logout_redirect_uri: "http://app.test/bye", state: "z" });
    const back = `http://${client.project.host}/oauth2/end_session?post_logout_redirect_uri=${encodeURIComponent("http://app.test/bye")}&state=z`;
    expect([asked.status, asked.headers.location]).toEqual([302, `/logout?redirect_uri=${encodeURIComponent(back)}`]);
    expect([(await client.send(asked.headers.location as string)).status, await signedIn(client)]).toEqual([200, true]);
    const pressed = await client.send(asked.headers.location as string, { form: { x_action: "logout" } });
    expect([pressed.status, pressed.headers.location, await signedIn(client)]).toEqual([302, back, false]);
    expect((await client.send(back)).headers.location).toBe("http://app.test/bye?state=z");
  });

  it.each([
    ["of a third party", "third"],
    ["malformed", "garbage"],
    ["of another sign-on", "other"],
    ["of nobody's session any more", "dead"],
  ])("asks first for a hint %s, and revokes nothing", async (_name, kind) => {
    const client = await project();
    await client.signUp("cid@example.com");
    const tokens = await tokensOf(client, "cid@example.com");
    const hints: Record<string, () => Promise<string>> = {
      garbage: async () => "garbage",
      third: async () => {
        const asked = { clientId: "third", redirectUri: "http://third.test/cb", email: "cid@example.com", scope: "openid offline_access", more: { x_sso_enabled: "true" } };
        const { consent, verifier } = await obtainCode(client, asked);
        const granted = await client.send(consent, { form: { x_action: "consent" } });
        const code = new URL(granted.headers.location as string).searchParams.get("code") as string;
        const form = {
          grant_type: "authorization_code",
          client_id: "third",
          client_secret: "secret-of-third",
          code,
          redirect_uri: "http://third.test/cb",
          code_verifier: verifier,
        };
        return (await client.send("/oauth2/token", { form })).json.id_token;
      },
      other: async () => {
        const kept = { ...client.jar };
        for (const name of Object.keys(client.jar)) delete client.jar[name];
        const { id_token = "" } = await tokensOf(client, "cid@example.com");
        Object.assign(client.jar, kept);
        return id_token;
      },
      dead: async () => {
        await client.signUp("dan@example.com");
        return tokens.id_token as string;
      },
    };
    const id_token_hint = await (hints[kind] as () => Promise<string>)();
    const answer = await end(client, { id_token_hint, post_logout_redirect_uri: "http://app.test/bye" });
    expect([answer.status, String(answer.headers.location).startsWith("/logout?redirect_uri="), String(answer.headers.location).includes("id_token_hint")]).toEqual([
      302,
      true,
      false,
    ]);
    expect(await signedIn(client)).toBe(true);
  });

  it("ends every session of the sign-on, and spares logins of their own", async () => {
    const client = await project();
    await client.signUp("eve@example.com");
    const lone = await tokensOf(client, "eve@example.com", { x_sso_enabled: "false" });
    const shared = await tokensOf(client, "eve@example.com");
    expect((await end(client, { id_token_hint: shared.id_token as string })).headers.location).toBe("/settings");
    expect([await refresh(client, shared), await refresh(client, lone)]).toEqual(["invalid_grant", undefined]);
  });

  it("leads only where a client may be sent, and to custom UIs by a page (open redirect)", async () => {
    const client = await project();
    expect((await end(client, { post_logout_redirect_uri: "http://app.test/bye?x=1" })).headers.location).toBe("/settings");
    expect((await end(client, { post_logout_redirect_uri: "http://evil.test/" })).headers.location).toBe("/settings");
    const custom = await end(client, { post_logout_redirect_uri: "http://custom.test/bye" });
    expect([custom.status, custom.headers.location, custom.body.includes("http://custom.test/bye")]).toEqual([200, undefined, true]);
  });
});
