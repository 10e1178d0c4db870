import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "../../libs/services/webauthn/test/software-authenticator.mjs";
import type { Step } from "../support/flow-client.js";
import { byEmail, newPassword } from "../support/inputs.js";
import { Project } from "../support/project.js";

const authentication = { identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] };

/** Signs up with a passkey of this credential. */
async function signUp(project: Project, credentialId: Buffer, email = "ann@example.com"): Promise<Step> {
  const browser = project.browser();
  const asked = await browser.run("signup", [byEmail(email), newPassword()]);
  expect(asked.action.type).toBe("prompt_create_passkey");
  const creation_response = new SoftwareAuthenticator().create(asked.data.creation_options, project.origin, { credentialId });
  return browser.feed(asked.token, { creation_response });
}

describe("the credential of a passkey", () => {
  it("is registered once, whatever the project (credential of another tenant)", async () => {
    const [first, second] = [await Project.make({ authentication }), await Project.make({ authentication })];
    const credential = randomBytes(16);
    expect((await signUp(first, credential)).finished).toBe(true);
    const refused = await signUp(second, credential);
    expect(refused.finished).toBe(false);
    expect(refused.error).toMatchObject({ name: "Invalid", reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
    expect(await second.users()).toEqual([]);
    expect((await signUp(second, randomBytes(16))).finished).toBe(true);
  });
});
