import { randomBytes } from "node:crypto";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { type TestModule, testModule, testPlatform } from "@gatehouse/platform-testing";
import { Accounts } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { ProjectRegistry, ProjectTables } from "@gatehouse/service-project-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GetProject, ProjectsModule, SeedPlatform } from "../src/index.js";
import { PublishProject } from "../src/use-cases/publish-project.js";

let module: TestModule;

describe("seeding a development machine", () => {
  beforeAll(async () => {
    module = await testModule([ProjectsModule]);
  });
  afterAll(() => module.close());

  async function seeder(port: number, ids = { portal: `s${randomBytes(6).toString("hex")}`, demo: `d${randomBytes(6).toString("hex")}` }) {
    const { env, db } = await testPlatform();
    const own = new EnvConfig({
      ...env,
      portalAuthgearAppId: ids.portal,
      defaultProjectId: ids.demo,
      portalAuthgearEndpoint: `http://${ids.portal}.localhost:${port}`,
      publicPort: port,
      portalListenAddr: { host: "0.0.0.0", port: port + 3 },
    });
    const seed = new SeedPlatform(
      own,
      db,
      module.get(ProjectRegistry),
      module.get(ProjectTables),
      module.get(PublishProject),
      module.get(Accounts),
      module.get(IdentityStore),
      module.get(PasswordHasher),
    );
    return { ids, run: () => seed.run() };
  }

  it("makes both projects and their demo users once", async () => {
    const { ids, run } = await seeder(3000);
    const { demoUser } = await run();
    await run();
    const { db } = await testPlatform();
    const users = await db.read((tx) => tx.query<{ project_id: string }>("select project_id from auth_user where project_id = any($1) order by 1", [[ids.portal, ids.demo]]));
    expect(users.map((row) => row.project_id)).toEqual([ids.portal, ids.demo].sort());
    expect((await module.get(GetProject).run(ids.demo)).version).toBe(1);
    const roles = await db.read((tx) => tx.query("select role from project_collaborator where project_id = $1", [ids.demo]));
    expect([roles, demoUser.email]).toEqual([[{ role: "owner" }], "demo@example.com"]);
    expect((await module.get(ProjectRegistry).byId(ids.demo))?.config.oauth.clients.map((client) => client.x_application_type)).toEqual([
      "spa",
      "native",
      "traditional_webapp",
      "confidential",
    ]);
  });

  it("moves the local origins of kept data to the ports of this start", async () => {
    const { ids, run } = await seeder(3000);
    await run();
    await (await seeder(4000, ids)).run();
    const portal = (await module.get(GetProject).run(ids.portal)).files["authgear.yaml"];
    expect(portal).toContain(`http://${ids.portal}.localhost:4000`);
    expect(portal).toContain("http://localhost:4003/oauth-redirect");
    expect(portal).not.toMatch(/:300[03]/);
    const demo = (await module.get(GetProject).run(ids.demo)).files["authgear.yaml"];
    expect(demo).toContain("http://localhost:4000");
    expect(demo).toContain("http://localhost:8080/callback");
  });
});
