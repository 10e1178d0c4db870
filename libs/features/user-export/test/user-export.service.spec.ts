import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type TestModule, type TestProject, testModule, testProject } from "@gatehouse/platform-testing";
import { Accounts } from "@gatehouse/record-accounts";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { HandleExportJob, ReadExport, type ExportRequest, StartExport, SweepExports, UserExportModule } from "../src/index.js";

let module: TestModule;
beforeAll(async () => {
  module = await testModule([UserExportModule]);
});

const start = (ctx: ProjectContext, request: ExportRequest) => module.get(StartExport).run(ctx, request);
const read = (ctx: ProjectContext, id: string) => module.get(ReadExport).run(ctx, id);
const work = ({ ctx }: TestProject, id: string) => module.get(HandleExportJob).run({ project_id: ctx.project.id, task_id: id }, ctx.log);
const fileOf = async ({ ctx }: TestProject, id: string, format: string) => {
  const object = await module.get(ObjectStores).userExport?.get(ctx, `user-export/${id}.${format}`);
  return object && (await buffer(object.body)).toString();
};

async function exported(target: TestProject, request: ExportRequest): Promise<string> {
  const { id } = await start(target.ctx, request);
  await work(target, id);
  return (await fileOf(target, id, request.format)) as string;
}

const config = {
  identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } },
  user_profile: { custom_attributes: { attributes: [{ id: "0000", pointer: "/hobby", type: "string" }] } },
};
const loginId = (key: "email" | "phone" | "username", value: string) => ({ key, type: key, value, original: value.toUpperCase(), uniqueKey: value });

/** One user with everything, one with nothing. */
async function twoUsers(target: TestProject): Promise<{ full: string; bare: string }> {
  const accounts = module.get(Accounts);
  const at = (time: string) => ({ ...target.ctx, now: () => new Date(time) });
  const ldap = { serverName: "s", userIdAttributeName: "uid", userIdAttributeValue: "dQ==", lastLoginUsername: "u", rawEntry: { dn: "uid=u", cn: ["dQ=="] } };
  const oauth = { providerType: "google", providerKeys: {}, subjectId: "g1", alias: "google", rawProfile: { hd: "x" } };
  return target.db.transaction(async (tx) => {
    const full = await accounts.create(at("2026-01-02T03:04:05.678Z"), tx, {
      loginIds: [loginId("email", "ada@example.com"), loginId("phone", "+85298765432"), loginId("username", "ada")],
      identities: [
        { type: "oauth", uniqueKey: "google:g1", claims: { email: "ada@g.example" }, details: { oauth } },
        { type: "ldap", uniqueKey: "s:u", claims: {}, details: { ldap } },
        { type: "biometric", uniqueKey: "k", details: { biometric: { keyId: "k", key: {}, deviceInfo: {} } } },
        { type: "passkey", uniqueKey: target.project.id, details: { passkey: { credentialId: "c", displayName: "d" } } },
      ],
      verified: [{ name: "email", value: "ada@example.com" }],
      standardAttributes: { name: 'Ada "A", L', family_name: "Lovelace", picture: `authgearimages:///${target.project.id}/pic`, address: { country: "GB", planet: "Earth" } },
      customAttributes: { "0000": "numbers" },
      oneTimePasswords: [{ type: "oob_otp_email", target: "ada@example.com" }],
      authenticators: [
        { type: "oob_otp_sms", kind: "secondary", target: "+85298765432" },
        { type: "oob_otp_email", kind: "secondary", target: "mfa@example.com" },
        { type: "totp", kind: "secondary", secret: "JBSWY3DPEHPK3PXP", displayName: "t" },
        { type: "password", kind: "primary", passwordHash: "s3cret-hash" },
      ],
      loggedIn: true,
    });
    const bare = await accounts.create(at("2026-01-01T00:00:00Z"), tx, { identities: [{ type: "anonymous", uniqueKey: "a" }] });
    for (const [table, key] of [
      ["auth_role", "r"],
      ["auth_group", "g"],
    ] as const)
      await tx.query(`insert into ${table} (project_id, id, key, created_at, updated_at) values ($1, gen_random_uuid(), $2, now(), now())`, [target.project.id, key]);
    await tx.query("insert into user_role select project_id, $2, id, now() from auth_role where project_id = $1", [target.project.id, full.user.id]);
    await tx.query("insert into user_group select project_id, $2, id, now() from auth_group where project_id = $1", [target.project.id, full.user.id]);
    return { full: full.user.id, bare: bare.user.id };
  });
}

describe("an export as NDJSON", () => {
  it("tells of a time of being disabled that is ahead or runs, not of one that is over", async () => {
    const target = await testProject({ config });
    const accounts = module.get(Accounts);
    for (const [days, email] of [
      [-3, "over@example.com"],
      [-1, "now@example.com"],
      [1, "ahead@example.com"],
    ] as const)
      await target.db.transaction(async (tx) => {
        const { user } = await accounts.create(target.ctx, tx, { loginIds: [loginId("email", email)] });
        const sql = `update auth_user set temporarily_disabled_from = now() + $3 * interval '1 day', temporarily_disabled_until = now() + ($3 + 2) * interval '1 day'
          where project_id = $1 and id = $2`;
        await tx.query(sql, [target.project.id, user.id, days]);
      });
    const records = (await exported(target, { format: "ndjson" }))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const shown = records.map((record) => [record.email, record.disabled, "temporarily_disabled_from" in record, "temporarily_disabled_until" in record]);
    expect(shown.toSorted()).toEqual([
      ["ahead@example.com", false, true, true],
      ["now@example.com", true, true, true],
      ["over@example.com", false, false, false],
    ]);
  });

  it("has every user, oldest first, without members that are empty", async () => {
    const target = await testProject({ config });
    const { full, bare } = await twoUsers(target);
    const lines = (await exported(target, { format: "ndjson" })).split("\n");
    expect(lines.pop()).toBe("");
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toEqual({
      sub: bare,
      ...{ email_verified: false, phone_number_verified: false, created_at: "2026-01-01T00:00:00.000Z", disabled: false, is_anonymized: false },
      ...{ biometric_count: 0, passkey_count: 0 },
    });
    const origin = `http://${target.host}`;
    expect(second).toEqual({
      sub: full,
      preferred_username: "ada",
      email: "ada@example.com",
      phone_number: "+85298765432",
      email_verified: true,
      phone_number_verified: false,
      name: 'Ada "A", L',
      family_name: "Lovelace",
      picture: `${origin}/_images/${target.project.id}/pic/profile`,
      address: { country: "GB" },
      custom_attributes: { hobby: "numbers" },
      roles: ["r"],
      groups: ["g"],
      created_at: "2026-01-02T03:04:05.678Z",
      disabled: false,
      last_login_at: "2026-01-02T03:04:05.678Z",
      is_anonymized: false,
      identities: expect.arrayContaining([
        { type: "login_id", login_id: { key: "email", type: "email", value: "ada@example.com", original_value: "ADA@EXAMPLE.COM" }, claims: { email: "ada@example.com" } },
        { type: "login_id", login_id: { key: "phone", type: "phone", value: "+85298765432", original_value: "+85298765432" }, claims: { phone_number: "+85298765432" } },
        { type: "login_id", login_id: { key: "username", type: "username", value: "ada", original_value: "ADA" }, claims: { preferred_username: "ada" } },
        { type: "oauth", oauth: { provider_alias: "google", provider_type: "google", provider_subject_id: "g1", user_profile: { hd: "x" } }, claims: { email: "ada@g.example" } },
        {
          type: "ldap",
          ldap: { server_name: "s", last_login_username: "u", user_id_attribute_name: "uid", user_id_attribute_value: "dQ==", attributes: { dn: "uid=u", cn: ["dQ=="] } },
          claims: {},
        },
      ]),
      mfa: {
        emails: expect.arrayContaining(["ada@example.com", "mfa@example.com"]),
        phone_numbers: ["+85298765432"],
        totps: [{ secret: "JBSWY3DPEHPK3PXP", uri: expect.stringMatching(`^otpauth://totp/${encodeURIComponent(origin)}:ada%40example.com\\?secret=JBSWY3DPEHPK3PXP&issuer=`) }],
      },
      biometric_count: 1,
      passkey_count: 1,
    });
    expect(second.identities).toHaveLength(5);
    expect(lines.join("")).not.toContain("s3cret-hash");
    expect(Object.keys(second).slice(0, 6)).toEqual(["sub", "preferred_username", "email", "phone_number", "email_verified", "phone_number_verified"]);
  });

  it("of a project without users is empty", async () => {
    expect(await exported(await testProject(), { format: "ndjson" })).toBe("");
  });

  it("goes over pages without losing or doubling users of one moment", async () => {
    const target = await testProject();
    await target.db.read((tx) =>
      tx.query(
        "insert into auth_user (project_id, id, created_at, updated_at) select $1, gen_random_uuid(), timestamptz '2026-01-01' + (n / 700) * interval '1 microsecond', now() from generate_series(0, 2499) n",
        [target.project.id],
      ),
    );
    const lines = (await exported(target, { format: "ndjson" })).trim().split("\n");
    expect(new Set(lines.map((line) => JSON.parse(line).sub)).size).toBe(2500);
    expect(lines).toHaveLength(2500);
  });
});

describe("an export as CSV", () => {
  it("has the default columns, then the custom attributes, and no family_name", async () => {
    const target = await testProject({ config });
    const { full, bare } = await twoUsers(target);
    const [header, first, second, end] = (await exported(target, { format: "csv" })).split("\n");
    expect(header).toBe(
      "sub,preferred_username,email,phone_number,email_verified,phone_number_verified,name,given_name,middle_name,nickname,profile,picture,website,gender,birthdate,zoneinfo,locale," +
        "address.formatted,address.street_address,address.locality,address.region,address.postal_code,address.country,roles,groups,disabled,created_at,delete_at,last_login_at," +
        "is_anonymized,anonymize_at,temporarily_disabled_from,temporarily_disabled_until,account_valid_from,account_valid_until,identities,mfa.emails,mfa.phone_numbers,mfa.totps," +
        "biometric_count,passkey_count,custom_attributes.hobby",
    );
    expect(first).toBe(`${bare},,,,false,false,,,,,,,,,,,,,,,,,,,,false,2026-01-01T00:00:00.000Z,,,false,,,,,,,,,,0,0,`);
    expect(second).toMatch(new RegExp(`^${full},ada,ada@example.com,\\+85298765432,true,false,"Ada ""A"", L",,`));
    expect(second).toMatch(/,GB,"\[""r""\]","\[""g""\]",false,/);
    expect(end).toBe("");
  });

  it("has the header even without users, and the columns that were asked for", async () => {
    const fields = [{ pointer: "/email", field_name: "e" }, { pointer: "/custom_attributes/hobby" }, { pointer: "/family_name" }];
    expect(await exported(await testProject(), { format: "csv", csv: { fields } })).toBe("e,custom_attributes.hobby,family_name\n");
  });
});

describe("the life of an export", () => {
  it("is pending, then has a link; yesterday's is gone with its file", async () => {
    const target = await testProject();
    const { id } = await start(target.ctx, { format: "csv" });
    expect(id).toMatch(/^userexport_[0-9A-HJKMNP-TV-Z]{32}$/);
    const pending = await read(target.ctx, id);
    expect([pending.task.completedAt, pending.downloadUrl]).toEqual([null, undefined]);
    await work(target, id);
    const { task, downloadUrl } = await read(target.ctx, id);
    expect(task).toMatchObject({ completedAt: expect.any(Date), failedAt: null, request: { format: "csv" } });
    const at = task.createdAt.toISOString().slice(0, 19).replaceAll(/\D/g, "");
    expect(new URL(downloadUrl as string).searchParams.get("file_name")).toBe(`${target.project.id}-${id}-${at}Z.csv`);
    const tomorrow = new Date(Date.now() + 24 * 3600_000 + 1000);
    await expect(read(target.with({ now: () => tomorrow }), id)).rejects.toMatchObject({ reason: "TaskNotFound" });
    await module.get(SweepExports).run(tomorrow, target.ctx.log);
    expect(await fileOf(target, id, "csv")).toBeUndefined();
    await expect(read(target.ctx, id)).rejects.toMatchObject({ errorName: "NotFound", reason: "TaskNotFound" });
  });

  it("an export of another project is never found, nor written by a job under a wrong project", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const { id } = await start(mine.ctx, { format: "ndjson" });
    await expect(read(other.ctx, id)).rejects.toMatchObject({ reason: "TaskNotFound" });
    await work(other, id);
    expect([await fileOf(other, id, "ndjson"), await fileOf(mine, id, "ndjson")]).toEqual([undefined, undefined]);
    await work(mine, id);
    expect(await fileOf(mine, id, "ndjson")).toBe("");
  });

  it("has the users of its own project alone", async () => {
    const [mine, other] = [await testProject({ config }), await testProject({ config })];
    await twoUsers(other);
    expect(await exported(mine, { format: "ndjson" })).toBe("");
  });

  it("a worker that dies leaves it to the next one; after three it has failed, and says so", async () => {
    const target = await testProject();
    const { id } = await start(target.ctx, { format: "ndjson" });
    const stores = module.get(ObjectStores) as unknown as { userExport: { put: (...args: unknown[]) => Promise<boolean> } };
    const put = stores.userExport.put;
    stores.userExport.put = () => Promise.reject(new Error("the bucket is gone"));
    for (const _ of [1, 2]) await expect(work(target, id)).rejects.toThrow("the bucket is gone");
    expect((await read(target.ctx, id)).task.completedAt).toBeNull();
    await work(target, id);
    stores.userExport.put = put;
    const { task, downloadUrl } = await read(target.ctx, id);
    expect(task).toMatchObject({ completedAt: expect.any(Date), failedAt: expect.any(Date), error: { name: "InternalError", reason: "UnexpectedError" } });
    expect(downloadUrl).toBeUndefined();
    await work(target, id);
    expect(await fileOf(target, id, "ndjson")).toBeUndefined();
  });

  it("stands still no longer than a minute: the sweep finds it", async () => {
    const target = await testProject();
    await start(target.ctx, { format: "ndjson" });
    expect(await module.get(SweepExports).run(new Date(Date.now() + 61_000), target.ctx.log)).toBeGreaterThan(0);
  });

  it("a name that occurs twice is refused at once, before anything is counted", async () => {
    const target = await testProject({ config: { usage: { limits: { user_export: [{ quota: 1, period: "month", action: "block" }] } } } });
    const fields = [
      { pointer: "/email", field_name: "x" },
      { pointer: "/name", field_name: "x" },
    ];
    await expect(start(target.ctx, { format: "csv", csv: { fields } })).rejects.toMatchObject({ reason: "UserExportNonUniqueFieldNames", info: { field_names: ["x"] } });
    await start(target.ctx, { format: "csv" });
    await expect(start(target.ctx, { format: "csv" })).rejects.toMatchObject({
      reason: "UsageLimitExceeded",
      info: { name: "UserExport", usage_name: "user_export", period: "month" },
    });
  });

  it("is disabled where there is no object store", async () => {
    const target = await testProject();
    const without = new StartExport(target.db, {} as never, { userExport: undefined } as never, {} as never, {} as never);
    await expect(without.run(target.ctx, { format: "csv" })).rejects.toMatchObject({ errorName: "InternalError", reason: "UserExportDisabled" });
  });
});
