import { randomBytes } from "node:crypto";
import { verifyJwt } from "@gatehouse/platform-crypto";
import { newUuid } from "@gatehouse/platform-ids";
import { type TestModule, testModule, testProject } from "@gatehouse/platform-testing";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AuthorizeDeveloper,
  CreateProject,
  GetProject,
  GetProjectConfig,
  ListOwnProjects,
  MintAdminToken,
  ProjectsModule,
  PutProject,
  RemoveCollaborator,
  SaveConfig,
  ValidateConfig,
} from "../src/index.js";

let module: TestModule;
const newId = (): string => `c${randomBytes(6).toString("hex")}`;
type Refusal = { reason: string; message: string; info?: { causes?: { location: string; kind: string; details?: { msg?: string } }[] } };
const refused = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => ({ reason: "accepted", message: "" }),
    (error) => error,
  );

describe("editing a project in the portal", () => {
  beforeAll(async () => {
    module = await testModule([ProjectsModule]);
  });
  afterAll(() => module.close());

  async function created() {
    const id = newId();
    const ownerId = newUuid();
    await module.get(CreateProject).run({ id, ownerId });
    const { project } = await module.get(AuthorizeDeveloper).run({ projectId: id, userId: ownerId });
    const read = () => module.get(GetProjectConfig).run({ project } as never);
    return { id, ownerId, read, save: (content: string, checksum?: string) => module.get(SaveConfig).run(id, { content, checksum }) };
  }

  it("creates a project with its owner, default host and texts", async () => {
    const { id, ownerId } = await created();
    expect(await module.get(ListOwnProjects).run(ownerId)).toMatchObject([{ id, role: "owner", publicOrigin: `http://${id}.localhost:3000` }]);
    expect((await module.get(ProjectRegistry).byHost(`${id}.localhost`))?.config.ui.signup_login_flow_enabled).toBe(true);
    const { files } = await module.get(GetProject).run(id);
    expect(JSON.parse(files["templates/en/translation.json"] as string)).toMatchObject({ "app.name": id });
  });

  it("refuses an id that is taken, reserved or malformed", async () => {
    const { id } = await created();
    const reasons = await Promise.all(
      [id, "admin", "us-shop", "A"].map(async (wanted) => (await refused(module.get(CreateProject).run({ id: wanted, ownerId: newUuid() }))).reason),
    );
    expect(reasons).toEqual(["DuplicatedAppID", "AppIDReserved", "AppIDReserved", "InvalidAppID"]);
  });

  it("creates one project for ten who ask for the same id at once", async () => {
    const id = newId();
    const results = await Promise.all(Array.from({ length: 10 }, () => refused(module.get(CreateProject).run({ id, ownerId: newUuid() }))));
    expect(results.map(({ reason }) => reason).sort()).toEqual(["accepted", ...Array(9).fill("DuplicatedAppID")].sort());
  });

  it("saves the text as written and puts it in force", async () => {
    const { id, read, save } = await created();
    const { content, checksum } = await read();
    const text = `${content}# my comment\nsession:\n  lifetime_seconds: 3600 # one hour\n`;
    const saved = await save(text, checksum);
    expect(saved.content).toBe(text);
    expect(await read()).toEqual(saved);
    expect((await module.get(ProjectRegistry).byId(id))?.config.session.lifetime_seconds).toBe(3600);
  });

  it("refuses a save that began with an older text; without a checksum it overwrites", async () => {
    const { read, save } = await created();
    const { content, checksum } = await read();
    await save(`${content}session: {lifetime_seconds: 100}\n`, checksum);
    const error = await refused(save(`${content}session: {lifetime_seconds: 200}\n`, checksum));
    expect(error).toMatchObject({ reason: "ResourceUpdateConflict", info: { path: "authgear.yaml" } });
    await save(`${content}session: {lifetime_seconds: 200}\n`);
    expect((await read()).content).toContain("200");
  });

  it.each([
    ["a wrong type", "session: {lifetime_seconds: long}\n", "/session/lifetime_seconds", "type"],
    ["an unknown key", "sesion: {}\n", "/sesion", ""],
    ["a host that is not the project's", "", "/http/public_origin", "general"],
    ["another id", "", "/id", "general"],
    ["text that is no YAML", "a: [\n", "", "general"],
  ])("refuses %s with its cause, in a check as in a save", async (what, more, location, kind) => {
    const { id, read, save } = await created();
    const before = await read();
    const edited = what.startsWith("a host")
      ? before.content.replace(`//${id}.localhost`, "//evil.example")
      : what === "another id"
        ? before.content.replace(`id: ${id}`, "id: somebody")
        : before.content + more;
    const causes = await module.get(ValidateConfig).run(id, edited);
    expect(causes[0]).toMatchObject({ location, kind });
    expect(await refused(save(edited))).toMatchObject({ reason: "ValidationFailed", message: "invalid authgear.yaml", info: { causes } });
    expect(await read()).toEqual(before);
    expect(await module.get(ValidateConfig).run(id, before.content)).toEqual([]);
  });

  it("refuses to swap client ids in one save", async () => {
    const { read, save } = await created();
    const { content } = await read();
    const client = (id: string) => `oauth: {clients: [{client_id: ${id}, name: A, x_application_type: spa, redirect_uris: ['http://localhost/cb']}]}\n`;
    await save(content + client("one"));
    expect((await refused(save(content + client("two")))).info?.causes).toEqual([
      { location: "/oauth/clients", kind: "general", details: { msg: "client ids cannot be changed" } },
    ]);
  });

  it("keeps what the plan already exceeded, refuses more", async () => {
    const { id, read, save } = await created();
    const { content } = await read();
    const clients = (...ids: string[]) =>
      `oauth: {clients: [${ids.map((one) => `{client_id: ${one}, name: A, x_application_type: spa, redirect_uris: ['http://localhost/cb']}`).join(", ")}]}\n`;
    await module.get(PutProject).run({ id, files: { "authgear.yaml": content + clients("a", "b"), "authgear.features.yaml": "oauth: {client: {maximum: 1}}\n" } });
    await save(`${content}${clients("a", "b")}session: {lifetime_seconds: 100}\n`);
    expect((await refused(save(content + clients("a", "b", "c")))).info?.causes?.[0]?.details?.msg).toBe("exceed the maximum number of oauth clients, actual: 3, expected: 1");
  });

  it("mints an Admin API token of five minutes for this project alone", async () => {
    const { ctx } = await testProject();
    const other = await testProject();
    const { token, expiresIn } = await module.get(MintAdminToken).run(ctx);
    const keysOf = (project: typeof ctx.project) => project.secrets["admin-api.auth"]?.keys as never;
    const claims = await verifyJwt(keysOf(ctx.project), token, { audience: ctx.project.id, requiredClaims: ["exp", "iat"] });
    expect([expiresIn, (claims?.exp ?? 0) - (claims?.iat ?? 0)]).toEqual([300, 300]);
    expect(await verifyJwt(keysOf(other.project), token, { audience: other.project.id })).toBeUndefined();
  });

  it("threat: a developer opens or empties a project that is not his", async () => {
    const { id, ownerId } = await created();
    const stranger = newUuid();
    expect((await refused(module.get(AuthorizeDeveloper).run({ projectId: id, userId: stranger }))).reason).toBe("ProjectNotFound");
    expect((await refused(module.get(AuthorizeDeveloper).run({ projectId: newId(), userId: stranger }))).reason).toBe("ProjectNotFound");
    expect((await refused(module.get(RemoveCollaborator).run({ projectId: id, callerId: stranger, userId: ownerId }))).reason).toBe("ProjectNotFound");
    expect((await refused(module.get(RemoveCollaborator).run({ projectId: id, callerId: ownerId, userId: ownerId }))).reason).toBe("CollaboratorSelfDeletion");
    expect((await refused(module.get(RemoveCollaborator).run({ projectId: id, callerId: ownerId, userId: stranger }))).reason).toBe("CollaboratorNotFound");
  });
});
