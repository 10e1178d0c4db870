import { hash } from "@node-rs/bcrypt";
import { expect, it } from "vitest";
import { authClient } from "./auth-client.js";

it("accepts an imported bcrypt hash and replaces it at the next login", async () => {
  const client = await authClient();
  await client.signUp("old@example.com");
  const { db, project } = client.project;
  const stored = () => db.read((tx) => tx.queryOne<{ password_hash: string }>("select password_hash from authenticator where project_id = $1", [project.id]));
  await db.read(
    async (tx) => void (await tx.query("update authenticator set password_hash = $2 where project_id = $1", [project.id, await hash("imported password", { cost: 4 })])),
  );
  const logIn = async (password: string) =>
    (
      await client.flow("login", [
        { identification: "email", login_id: "old@example.com" },
        { authentication: "primary_password", password },
      ])
    ).at(-1);
  expect((await logIn("correct horse"))?.json.error.reason).toBe("InvalidCredentials");
  expect((await stored())?.password_hash).toMatch(/^\$2/);
  expect((await logIn("imported password"))?.json.result.action.type).toBe("finished");
  expect((await stored())?.password_hash).toMatch(/^\$argon2id\$/);
  expect((await logIn("imported password"))?.json.result.action.type).toBe("finished");
});
