import { createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { hash as argon2 } from "@node-rs/argon2";
import { hash as bcrypt } from "@node-rs/bcrypt";
import { expect, it } from "vitest";
import { HandleImportJob, ReadImport, StartImport, UserImportModule } from "@gatehouse/feature-user-import";
import { testModule } from "@gatehouse/platform-testing";
import { authClient } from "./auth-client.js";

const b64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
const salt = Buffer.from("0123456789abcdef");
const firebase = {
  type: "firebase-scrypt",
  password_hash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
  salt: "42xEC+ixf3L2lw==",
  salt_separator: "Bw==",
  signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  rounds: 8,
  mem_cost: 14,
};

it.each<[string, string, () => object | Promise<object>]>([
  ["bcrypt of PHP", "user1password", async () => ({ type: "bcrypt", password_hash: (await bcrypt("user1password", { cost: 4 })).replace(/^\$2./, "$2y") })],
  [
    "bcrypt over SHA-512",
    "user1password",
    async () => ({ type: "bcrypt", password_hash: `$bcrypt-sha512${await bcrypt(createHash("sha512").update("user1password").digest(), { cost: 4 })}` }),
  ],
  ["argon2i", "user1password", async () => ({ type: "argon2", password_hash: await argon2("user1password", { algorithm: 1 as never, memoryCost: 256, timeCost: 2 }) })],
  [
    "scrypt",
    "user1password",
    () => ({ type: "scrypt", password_hash: `$scrypt$ln=10,r=8,p=1$${b64(salt)}$${b64(scryptSync("user1password", salt, 32, { N: 1024, r: 8, p: 1 }))}` }),
  ],
  ["PBKDF2", "user1password", () => ({ type: "pbkdf2-sha512", password_hash: `$pbkdf2-sha512$i=1000$${b64(salt)}$${b64(pbkdf2Sync("user1password", salt, 1000, 64, "sha512"))}` })],
  ["Firebase's scrypt", "user1password", () => firebase],
])("a user imported with a hash by %s logs in, and has a hash of ours then", async (_name, password, make) => {
  const client = await authClient();
  const { ctx, db, project } = client.project;
  const module = await testModule([UserImportModule]);
  const job = await module.get(StartImport).run(ctx, { identifier: "email", records: [{ email: "ada@example.com", password: await make() }] });
  await module.get(HandleImportJob).run({ project_id: project.id, job_id: job.id }, ctx.log);
  expect((await module.get(ReadImport).run(ctx, job.id)).details).toMatchObject([{ outcome: "inserted" }]);
  await module.close();
  const stored = async () => (await db.read((tx) => tx.queryOne<{ hash: string }>("select password_hash as hash from authenticator where project_id = $1", [project.id])))?.hash;
  const logIn = async (given: string) =>
    (
      await client.flow("login", [
        { identification: "email", login_id: "ada@example.com" },
        { authentication: "primary_password", password: given },
      ])
    ).at(-1);
  const before = await stored();
  expect((await logIn("user2password"))?.json.error.reason).toBe("InvalidCredentials");
  expect(await stored()).toBe(before);
  expect((await logIn(password))?.json.result.action.type).toBe("finished");
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await logIn(password))?.json.result.action.type).toBe("finished");
});
