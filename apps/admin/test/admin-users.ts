import { checkLoginId } from "@gatehouse/domain-identity";
import { asUserId, type UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { type TestProject, type TestProjectOptions, testProject } from "@gatehouse/platform-testing";
import { type OutgoingMessage, MessageQueue } from "@gatehouse/service-message-queue";
import { Accounts, type AuthenticatorToMake, type IdentityToMake, type ProvenAddress } from "@gatehouse/record-accounts";
import { vi } from "vitest";
import type { AdminClient, Answer } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";

/** A user to be made beside the Admin API. */
export interface UserToMake {
  email?: string | string[];
  phone?: string;
  username?: string;
  /** A primary password; none when left out. */
  password?: string;
  identities?: IdentityToMake[];
  authenticators?: AuthenticatorToMake[];
  verified?: ProvenAddress[];
  standardAttributes?: Record<string, unknown>;
  customAttributes?: Record<string, unknown>;
}

/** A project of a test, its users, and the Admin API over them. */
export class AdminUsers {
  constructor(
    private readonly client: AdminClient,
    readonly test: TestProject,
  ) {}

  /** A project with one login id key of each type, where the address of an administrator limits nothing. Sections replaced. */
  static async make(client: AdminClient, { config, ...options }: TestProjectOptions = {}): Promise<AdminUsers> {
    const identity = { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } };
    const authentication = { identities: ["login_id", "oauth", "anonymous", "biometric"], primary_authenticators: ["password"] };
    return new AdminUsers(client, await testProject({ ...options, config: { identity, authentication, ...config } }));
  }

  /** The raw answer to an operation. */
  ask(query: string, variables?: object): Promise<Answer> {
    return this.client.ask(this.test, query, variables ? { variables } : {});
  }

  /** Runs a mutation with one input and gives its payload. */
  async mutate(name: string, input: object, fields: string): Promise<any> {
    const answer = await this.mutation(name, input, fields);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data[name];
  }

  /** The error of a mutation with one input, `{errorName, reason, info?, message}`; fails when there is none. Nothing else is answered. */
  async refusal(name: string, input: object, fields = "__typename"): Promise<any> {
    const { errors, data } = await this.mutation(name, input, fields);
    if (errors?.length !== 1) throw new Error(`${name} was not refused: ${JSON.stringify(data ?? errors)}`);
    return { data, message: errors[0].message, ...errors[0].extensions };
  }

  private mutation(name: string, input: object, fields: string): Promise<Answer> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    return this.ask(`mutation($input: ${type}!) { ${name}(input: $input) ${name === "sendResetPasswordMessage" ? "" : `{ ${fields} }`} }`, { input });
  }

  /** Writes a user. */
  async add({ email = [], phone, username, password, ...rest }: UserToMake): Promise<{ id: string; userId: UserId }> {
    const typed = [...[email].flat().map((value) => ["email", value]), ...(phone ? [["phone", phone]] : []), ...(username ? [["username", username]] : [])] as [string, string][];
    const loginIds = typed.map(([key, value]) => checkLoginId(this.test.project, { key, value }));
    const passwordHash = password === undefined ? {} : { passwordHash: await this.test.resources.hasher.hash(password) };
    const { user } = await this.test.db.transaction((tx) => this.accounts.create(this.test.ctx, tx, { loginIds, ...passwordHash, ...rest }));
    return { id: toGlobalId("User", user.id), userId: asUserId(user.id) };
  }

  /** Everything about a user. */
  async facts(userId: string): Promise<UserFacts> {
    return (await this.test.db.read((tx) => this.accounts.facts(this.test.ctx, tx, [userId])))[0] as UserFacts;
  }

  /** The global id of the user's identity with a value, or of a type. */
  async identityId(userId: string, valueOrType: string): Promise<string> {
    const found = (await this.facts(userId)).identities.find(({ loginId, type }) => loginId === valueOrType || type === valueOrType);
    return toGlobalId("Identity", found?.id ?? "");
  }

  /** The global id of the user's authenticator of a type. */
  async authenticatorId(userId: string, type: string, kind = "primary"): Promise<string> {
    const found = (await this.facts(userId)).authenticators.find((one) => one.type === type && one.kind === kind);
    return toGlobalId("Authenticator", found?.id ?? "");
  }

  /** Types of the events so far, audit events without their ends. */
  async told(): Promise<string[]> {
    return (await eventsOf(this.test)).map(({ type }) => type.replace(/^admin_api\.mutation\.(.*)\.executed$/, "audit:$1"));
  }

  /** The payload of the latest event of a type. */
  async payload(type: string): Promise<any> {
    return (await eventsOf(this.test)).findLast((event) => event.type === type)?.payload;
  }

  private get accounts(): Accounts {
    return this.client.service.nest.get(Accounts, { strict: false });
  }
}

/** The messages that the service hands over from now on; none of them reaches the queue. `vi.restoreAllMocks()` ends it. */
export function caughtMessages({ service }: AdminClient): OutgoingMessage[] {
  const caught: OutgoingMessage[] = [];
  const queue = service.nest.get(MessageQueue, { strict: false });
  const take = async (_ctx: unknown, message: OutgoingMessage) => void caught.push(message);
  vi.spyOn(queue, "enqueue").mockImplementation(take);
  vi.spyOn(queue, "deliver").mockImplementation(take);
  return caught;
}
