import { afterEach, describe, expect, it, vi } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { authClient, type AuthClient } from "./auth-client.js";
import { alive, another, later, refresh, resolve, signIn } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

type Tokens = Awaited<ReturnType<typeof signIn>>;

/** Some users, each signed in with tokens. */
async function people(count: number): Promise<{ client: AuthClient; tokens: Tokens[] }> {
  const client = await authClient();
  const tokens: Tokens[] = [];
  for (let index = 0; index < count; index += 1) {
    const own = another(client);
    await own.signUp(`u${index}@example.com`);
    tokens.push(await signIn(own, { email: `u${index}@example.com` }));
  }
  return { client, tokens };
}

const subjectOf = async (client: AuthClient, bearer: string): Promise<string | undefined> => (await resolve(client, { bearer }))["user-id"];
const lastAccesses = async ({ project: { db, project } }: AuthClient): Promise<number[]> =>
  (await db.read((tx) => tx.query("select last_access_at from offline_grant where project_id = $1 order by created_at", [project.id]))).map(({ last_access_at }) =>
    (last_access_at as Date).getTime(),
  );

describe("refreshes that come together", () => {
  it("share statements, and each gets a token of its own user", async () => {
    const { client, tokens } = await people(6);
    const before = await Promise.all(tokens.map(({ access_token }) => subjectOf(client, access_token)));
    const many = Array.from({ length: 60 }, (_, index) => tokens[index % tokens.length] as Tokens);
    const { result, sql } = await statementCount.during(() => Promise.all(many.map((one) => refresh(client, one))));
    expect(result.map(({ status }) => status)).toEqual(many.map(() => 200));
    expect(sql).toBeLessThan(45);
    const issued = result.map(({ json }) => json.access_token as string);
    expect(new Set(issued).size).toBe(60);
    expect(await Promise.all(issued.map((token) => subjectOf(client, token)))).toEqual(many.map((_, index) => before[index % before.length]));
    expect(new Set(before).size).toBe(6);
  });

  it("take one statement when they come alone", async () => {
    const { client, tokens } = await people(1);
    const { sql } = await statementCount.during(() => refresh(client, tokens[0] as Tokens));
    expect(sql).toBe(1);
  });

  it("do not lend each other anything: a wrong secret, another user's grant and another project's token are refused beside good ones (token confusion)", async () => {
    const { client, tokens } = await people(3);
    const { tokens: foreign } = await people(1);
    const [first, second, third] = tokens.map(({ refresh_token }) => String(refresh_token).split(".") as [string, string]);
    const wrong = [`${first?.[0]}.${"A".repeat(32)}`, `${first?.[0]}.${second?.[1]}`, String(foreign[0]?.refresh_token), `${crypto.randomUUID()}.${third?.[1]}`];
    const asked = [...tokens.map(({ refresh_token }) => String(refresh_token)), ...wrong];
    const answers = await Promise.all(asked.map((refresh_token) => refresh(client, { refresh_token })));
    expect(answers.map(({ status, json }) => json.error ?? status)).toEqual([200, 200, 200, "invalid_grant", "invalid_grant", "invalid_grant", "invalid_grant"]);
    expect(await alive(client, tokens[0] as Tokens)).toBe(true);
  });

  it("note the access of each that was good, once a minute, and of no other", async () => {
    const { client, tokens } = await people(3);
    const start = await lastAccesses(client);
    await later(client, 30);
    await Promise.all(tokens.map((one) => refresh(client, one)));
    expect(await lastAccesses(client)).toEqual(start);
    await later(client, 60);
    const [good, bad] = [tokens[0] as Tokens, String(tokens[1]?.refresh_token).split(".")[0]];
    await Promise.all([refresh(client, good), refresh(client, good), refresh(client, { refresh_token: `${bad}.${"A".repeat(32)}` })]);
    const [noted, ...others] = await lastAccesses(client);
    expect(noted).toBeGreaterThan((start[0] as number) + 60_000);
    expect(others).toEqual(start.slice(1));
  });
});
