import { describe, expect, it } from "vitest";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { authorize, claimsOf, tokensOf } from "../support/oauth.js";
import { Project } from "../support/project.js";

const EMAIL = "ann@example.com";

async function projectOf(options: Parameters<typeof Project.make>[0] = {}): Promise<Project> {
  const project = await Project.make(options);
  await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
  return project;
}

describe("whose run it is", () => {
  const hint = (query: Record<string, string>) => new URLSearchParams({ login_hint: `https://authgear.com/login_hint?${new URLSearchParams(query)}` }).toString();

  it("is fixed by an enforced login hint", async () => {
    const project = await projectOf();
    await project.browser().finish("signup", [byEmail("bob@example.com"), newPassword()]);
    const url_query = hint({ type: "login_id", enforce: "true", email: EMAIL });
    expect((await project.browser().run("login", [byEmail("bob@example.com")], { url_query })).error).toMatchObject({
      name: "BadRequest",
      reason: "AuthenticationFlowDifferentUserID",
      message: "different user ID",
    });
    expect((await project.browser().run("login", [byEmail(EMAIL), password()], { url_query })).finished).toBe(true);
  });

  it("is fixed by the ID token of the authorization request", async () => {
    const project = await projectOf();
    await project.browser().finish("signup", [byEmail("bob@example.com"), newPassword()]);
    const browser = project.browser();
    await browser.finish("login", [byEmail(EMAIL), password()]);
    const { id_token } = await tokensOf(browser);
    const asking = project.browser();
    const { location } = await authorize(asking, { id_token_hint: id_token, prompt: "login", max_age: "0" });
    const mixed = await asking.run("login", [byEmail("bob@example.com")], { url_query: location.search.slice(1) });
    expect(mixed.error).toMatchObject({ name: "Invalid", reason: "InvariantViolated", info: { cause: { kind: "MismatchedUser" } } });
  });
});

describe("sessions after a login", () => {
  it("replace the one that the browser had", async () => {
    const project = await projectOf();
    const browser = project.browser();
    await browser.finish("login", [byEmail(EMAIL), password()]);
    const old = project.browser();
    old.jar.set("session", browser.jar.get("session") as string);
    expect(claimsOf((await tokensOf(old)).id_token).sub).toBeTruthy();
    await browser.finish("login", [byEmail(EMAIL), password()]);
    await expect(tokensOf(old)).rejects.toThrow("login_required");
    expect(claimsOf((await tokensOf(browser)).id_token).sub).toBeTruthy();
  });

  it("do not come from a recovery, nor from a step on the way", async () => {
    const project = await projectOf({ authentication: { secondary_authentication_mode: "if_exists" } });
    const browser = project.browser();
    const asked = await browser.run("login", [byEmail(EMAIL)]);
    expect([asked.setCookie, browser.jar.get("session")]).toEqual([[], undefined]);
  });
});
