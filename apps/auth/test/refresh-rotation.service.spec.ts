import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode } from "./auth-client.js";

/** What happens in a tab: it reads the token that all tabs share, the server takes its request, and the answer arrives or is lost. */
type Step = { tab: number; does: "read" | "send" | "receive" | "lose" };

/** A tab that refreshes once for each outcome. */
const script = (tab: number, outcomes: readonly ("receive" | "lose")[]): Step[] =>
  outcomes.flatMap((outcome) => [
    { tab, does: "read" },
    { tab, does: "send" },
    { tab, does: outcome },
  ]);

/** Every order in which two scripts may run. */
function interleavings(a: readonly Step[], b: readonly Step[]): Step[][] {
  const [x, y] = [a[0], b[0]];
  if (!x || !y) return [[...a, ...b]];
  return [...interleavings(a.slice(1), b).map((rest) => [x, ...rest]), ...interleavings(a, b.slice(1)).map((rest) => [y, ...rest])];
}

/** Every mixture of outcomes of a number of refreshes. */
function outcomesOf(count: number): ("receive" | "lose")[][] {
  if (count === 0) return [[]];
  return outcomesOf(count - 1).flatMap((rest) => [
    ["receive", ...rest],
    ["lose", ...rest],
  ]);
}

describe("rotation of refresh tokens", () => {
  let client: AuthClient;
  /** What the app keeps, shared by its tabs. */
  let stored: string;

  beforeAll(async () => {
    client = await authClient({ features: { rate_limits: { disabled: true } } });
    await client.signUp("rhea@example.com");
    const { code, verifier } = await obtainCode(client, { clientId: "rotating", email: "rhea@example.com" });
    const form = { grant_type: "authorization_code", client_id: "rotating", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    stored = (await client.send("/oauth2/token", { form })).json.refresh_token;
  });

  const refresh = async (refresh_token: string): Promise<string | undefined> =>
    (await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "rotating", refresh_token } })).json.refresh_token;

  const families = async (): Promise<number> =>
    (await client.project.db.read((tx) => tx.query("select 1 from refresh_token where project_id = $1 and client_id = 'rotating'", [client.project.project.id]))).length;

  /** Plays a history; afterwards what the app keeps must work. An app that is refused forgets its token: it is logged out. */
  async function play(history: readonly Step[]): Promise<string> {
    const tabs: Record<number, { token?: string; answer?: string }> = {};
    for (const { tab, does } of history) {
      tabs[tab] ??= {};
      const own = tabs[tab] as { token?: string; answer?: string };
      if (does === "read") own.token = stored;
      else if (does === "send") {
        own.answer = await refresh(own.token as string);
        if (own.answer === undefined) return "logged out";
      } else if (does === "receive") stored = own.answer as string;
    }
    const next = await refresh(stored);
    if (next === undefined) return "logged out at the end";
    stored = next;
    return "signed in";
  }

  const told = (history: readonly Step[]): string => history.map(({ tab, does }) => `${tab} ${does}`).join(", ");

  it("keeps every app signed in, whatever two tabs do and whatever answers are lost: all histories of three refreshes", async () => {
    const histories = outcomesOf(2).flatMap((first) => outcomesOf(1).flatMap((second) => interleavings(script(0, first), script(1, second))));
    expect(histories).toHaveLength(672);
    for (const history of histories) expect([told(history), await play(history)]).toEqual([told(history), "signed in"]);
    expect(await families()).toBe(1);
  }, 120_000);

  it("survives any number of lost answers one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (lost) => {
        const history = lost.flatMap((one): Step[] => script(0, [one ? "lose" : "receive"]));
        expect(await play(history)).toBe("signed in");
      }),
      { numRuns: 30 },
    );
    expect(await families()).toBe(1);
  }, 60_000);

  it("lets nobody use a token that three later ones have followed (stolen refresh token)", async () => {
    const old = stored;
    for (let index = 0; index < 3; index += 1) stored = (await refresh(stored)) as string;
    expect(await refresh(old)).toBeUndefined();
    expect(await refresh(stored)).toBeDefined();
  });
});
