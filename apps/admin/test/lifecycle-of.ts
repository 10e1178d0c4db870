import { asUserId } from "@gatehouse/domain-project";
import { type TestProject, type TestProjectOptions, testProject } from "@gatehouse/platform-testing";
import type { AdminClient, Answer } from "./admin-client.js";
import { eventsOf, newUser } from "./admin-rows.js";

/** The status of a user, as the API shows it. */
export const STATUS =
  "isDisabled disableReason isDeactivated deleteAt deleteReason isAnonymized anonymizeAt temporarilyDisabledFrom temporarilyDisabledUntil accountValidFrom accountValidUntil mfaGracePeriodEndAt";
/** The status of a new user. */
export const NORMAL = {
  isDisabled: false,
  disableReason: null,
  isDeactivated: false,
  deleteAt: null,
  deleteReason: null,
  isAnonymized: false,
  anonymizeAt: null,
  temporarilyDisabledFrom: null,
  temporarilyDisabledUntil: null,
  accountValidFrom: null,
  accountValidUntil: null,
  mfaGracePeriodEndAt: null,
};

const TYPES: Record<string, string> = { removeMFAGracePeriod: "removeMFAGracePeriodInput" };
const PAYLOADS: Record<string, string> = { deleteUser: "deletedUserID", anonymizeUser: "anonymizedUserID" };

/** A time so many days from now. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** A project with one user, and what becomes of him. */
export class LifecycleOf {
  private constructor(
    private readonly ask: AdminClient["ask"],
    readonly target: TestProject,
    readonly id: string,
    readonly userId: ReturnType<typeof asUserId>,
  ) {}

  static async user(ask: AdminClient["ask"], options: TestProjectOptions = {}): Promise<LifecycleOf> {
    const target = await testProject(options);
    const { id, userId } = await newUser(ask, target);
    return new LifecycleOf(ask, target, id, userId);
  }

  /** A mutation of the user. */
  run(mutation: string, input: object = {}, fields = `user { ${STATUS} }`): Promise<Answer> {
    const type = TYPES[mutation] ?? `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { ${PAYLOADS[mutation] ?? fields} } }`;
    return this.ask(this.target, query, { variables: { input: { userID: this.id, ...input } } });
  }

  /** A mutation that goes through; the user's status in its payload. */
  async done(mutation: string, input: object = {}): Promise<any> {
    const { data, errors } = await this.run(mutation, input);
    if (errors) throw new Error(JSON.stringify(errors));
    return data[mutation].user ?? data[mutation];
  }

  /** A mutation that is refused: `{message, errorName, reason, info?}`. */
  async refused(mutation: string, input: object = {}): Promise<any> {
    const { data, errors } = await this.run(mutation, input);
    if (data !== null || errors?.length !== 1) throw new Error(`not refused: ${JSON.stringify({ data, errors })}`);
    return { message: errors[0].message, ...errors[0].extensions };
  }

  /** Fields of the user, read anew. */
  async read(fields = STATUS): Promise<any> {
    const { data, errors } = await this.ask(this.target, `query($id: ID!) { node(id: $id) { ... on User { ${fields} } } }`, { variables: { id: this.id } });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.node;
  }

  /** Types and payloads of the events since the user was created. */
  async events(): Promise<{ type: string; payload: any; context: any }[]> {
    return (await eventsOf(this.target)).slice(2);
  }

  /** Writes columns of the user's row, as time would. */
  async set(columns: string): Promise<void> {
    await this.target.db.read((tx) => tx.query(`update auth_user set ${columns} where project_id = $1 and id = $2`, [this.target.project.id, this.userId]));
  }

  /** One row of a table that holds things of users. */
  async rows(table: string): Promise<any[]> {
    const own = table === "auth_user" ? "id" : "user_id";
    return this.target.db.read((tx) => tx.query(`select * from ${table} where project_id = $1 and ${own} = $2`, [this.target.project.id, this.userId]));
  }
}
