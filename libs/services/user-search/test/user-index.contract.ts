import { describe, expect, it } from "vitest";
import type { TestProject } from "@gatehouse/platform-testing";
import type { UserIndex, UserSearchQuery } from "@gatehouse/service-user-search";
import { addPerson, type Person } from "./people.js";

/** What the contract needs of a driver. */
export interface Driver {
  name: string;
  index(): UserIndex;
  project(): Promise<TestProject>;
  /** Waits until what was written is found. */
  settle?(): Promise<void>;
  caseSensitive: boolean;
  /** A user must have every role asked for, or any. */
  roles: "all" | "any";
}

/** The contract that both drivers fulfil (spec: admin API §7). */
export function userIndexContract(driver: Driver): void {
  const people = async (target: TestProject, ...persons: Person[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const person of persons) ids.push(await addPerson(target, person));
    await driver.index().reindex(target.ctx, ids);
    await driver.settle?.();
    return ids;
  };
  const find = async (target: TestProject, query: Partial<UserSearchQuery>) => (await driver.index().search(target.ctx, { first: 100, ...query })).hits.map(({ userId }) => userId);

  describe(`user search by ${driver.name}`, () => {
    it("finds by what is compared whole, and by nothing less when the keyword is short", async () => {
      const target = await driver.project();
      const attributes = { gender: "female", zoneinfo: "Europe/London", locale: "en-GB", address: { country: "GB", postal_code: "SW1A 1AA" } };
      const [ada = ""] = await people(target, { email: "ada@example.com", phone: "+447400123456", username: "jo", attributes, roles: ["r1"], groups: ["store:chief"] }, {});
      const hits = [ada, "GB", "jo", "44", "female", "Europe/London", "en-GB", "SW1A 1AA", "store:chief", "r1"];
      for (const keyword of hits) expect(await find(target, { keyword }), keyword).toEqual([ada]);
      for (const keyword of ["G", "j", "ad", "SW", "SW1A 1A", "fem", "Europe", "store:ch", ada.slice(0, 20)]) expect(await find(target, { keyword }), keyword).toEqual([]);
    });

    it("finds by the beginning of emails, user names, phone numbers and subject ids from 3 bytes on, whatever the case", async () => {
      const target = await driver.project();
      const [ada = ""] = await people(
        target,
        { email: "Ada.Lovelace@Example.COM", phone: "+85298765432", username: "countess_1", subject: "google-1234567" },
        { email: "b@other.org" },
      );
      for (const keyword of ["ada", "ADA.love", "ada.lovelace@exa", "exam", "example.com", "+852", "+85298765432", "9876", "98765432", "counte", "countess_1", "google-12"])
        expect(await find(target, { keyword }), keyword).toEqual([ada]);
      for (const keyword of ["lovelace", "oun", "da.", "765432", "countess%", "c_untess", "oogle"]) expect(await find(target, { keyword }), keyword).toEqual([]);
    });

    it("finds by words of names, addresses, roles: all words, the last by its beginning", async () => {
      const target = await driver.project();
      const address = { street_address: "12 St. James's Square", locality: "Marylebone", region: "Greater London" };
      const [ada = "", mei = ""] = await people(
        target,
        { attributes: { given_name: "Ada", family_name: "King-Noel", nickname: "Ö", address }, roles: ["editor"] },
        { attributes: { name: "陳大文", given_name: "Ada" } },
      );
      const found = async (keyword: string) => (await find(target, { keyword })).toSorted();
      for (const keyword of ["king", "noel", "ada noe", "NOEL ada", "king-noel", "maryl", "james's", "editors", "ö"]) expect(await found(keyword), keyword).toEqual([ada]);
      for (const keyword of ["陳大文", "陳大", "大文"]) expect(await found(keyword), keyword).toEqual([mei]);
      expect(await found("ada")).toEqual([ada, mei].toSorted());
      for (const keyword of ["ad king", "ada queen", "oel", "dit"]) expect(await found(keyword), keyword).toEqual([]);
    });

    it(`compares whole values ${driver.caseSensitive ? "with" : "without"} regard to case`, async () => {
      const target = await driver.project();
      const [ada] = await people(target, { attributes: { address: { country: "GB" } }, username: "Jo" });
      for (const keyword of ["gb", "jo"]) expect(await find(target, { keyword }), keyword).toEqual(driver.caseSensitive ? [] : [ada]);
    });

    it(`filters by roles and groups: ${driver.roles} of a list, both lists together`, async () => {
      const target = await driver.project();
      const ids = await people(target, { roles: ["a"] }, { roles: ["a", "b"], groups: ["g"] }, { roles: ["b"], groups: ["g"], email: "x@example.com" }, { groups: ["g"] });
      const numbers = async (query: Partial<UserSearchQuery>) => (await find(target, query)).map((id) => ids.indexOf(id)).toSorted();
      expect(await numbers({ roleKeys: ["a"] })).toEqual([0, 1]);
      expect(await numbers({ roleKeys: ["a", "b"] })).toEqual(driver.roles === "all" ? [1] : [0, 1, 2]);
      expect(await numbers({ groupKeys: ["g"] })).toEqual([1, 2, 3]);
      expect(await numbers({ groupKeys: ["g"], roleKeys: ["a"] })).toEqual([1]);
      expect(await numbers({ groupKeys: ["g"], keyword: "example.com" })).toEqual([2]);
      expect(await numbers({ roleKeys: ["g"] })).toEqual([]);
    });

    it("counts the roles of groups", async () => {
      const target = await driver.project();
      const [ada = ""] = await people(target, { groups: ["g"] }, { roles: ["r"] });
      await target.db.read((tx) =>
        tx.query("insert into group_role select $1, g.id, r.id, now() from auth_group g join auth_role r on r.project_id = g.project_id where g.project_id = $1", [
          target.ctx.project.id,
        ]),
      );
      await driver.index().reindex(target.ctx, [ada]);
      await driver.settle?.();
      expect(await find(target, { roleKeys: ["r"], groupKeys: ["g"] })).toEqual([ada]);
    });

    it.each(["created_at", "last_login_at"] as const)("pages by %s both ways without losing or repeating anybody, those without a time last", async (sortBy) => {
      const target = await driver.project();
      const time = (n: number) => `2026-01-0${1 + Math.floor(n / 2)}T00:00:00.123Z`; // two users share each time
      const ids = await people(target, ...[0, 1, 2, 3, 4, 5, 6].map((n) => ({ email: `n${n}@example.com`, createdAt: time(n), lastLoginAt: n < 5 ? time(n) : undefined })));
      const all = async (sortDirection: "asc" | "desc") => {
        const seen: string[] = [];
        for (let after: string | undefined; ; ) {
          const { hits } = await driver.index().search(target.ctx, { keyword: "example.com", sortBy, sortDirection, first: 2, after });
          seen.push(...hits.map(({ userId }) => userId));
          after = hits.at(-1)?.cursor;
          if (hits.length < 2) return seen;
        }
      };
      const [down, up] = [await all("desc"), await all("asc")];
      const timeless = (id: string): boolean => sortBy === "last_login_at" && ids.indexOf(id) >= 5;
      const rank = (id: string): number => Math.floor(ids.indexOf(id) / 2);
      for (const seen of [down, up]) {
        expect(seen.toSorted()).toEqual(ids.toSorted());
        expect(seen.map(timeless)).toEqual(seen.map(timeless).toSorted());
      }
      const timed = down.filter((id) => !timeless(id));
      expect(up.filter((id) => !timeless(id))).toEqual(timed.toReversed());
      expect(timed.map(rank)).toEqual(timed.map(rank).toSorted((a, b) => b - a));
    });

    it("forgets what a user no longer has, and users who are gone", async () => {
      const target = await driver.project();
      const [ada = "", bob = ""] = await people(target, { email: "ada@example.com", attributes: { name: "Ada" } }, { email: "bob@example.com" });
      await target.db.transaction(async (tx) => {
        await tx.query("update identity set claims = $3 where project_id = $1 and user_id = $2", [target.ctx.project.id, ada, { email: "countess@example.com" }]);
        await tx.query("delete from auth_user where project_id = $1 and id = $2", [target.ctx.project.id, bob]);
      });
      expect(await find(target, { keyword: "ada@example.com" })).toEqual([ada]); // until it is indexed
      await driver.index().reindex(target.ctx, [ada, bob]);
      await driver.settle?.();
      expect(await find(target, { keyword: "ada@example.com" })).toEqual([]);
      expect(await find(target, { keyword: "example.com" })).toEqual([ada]);
      expect(await find(target, { keyword: "countess" })).toEqual([ada]);
    });

    it("threat: a keyword breaks out of the query, or costs without bound", async () => {
      const target = await driver.project();
      await people(target, { email: "ada@example.com", attributes: { name: "100% O'Brien_x" } });
      const hostile = [
        "%",
        "%%%",
        "___",
        "a_a",
        "'; drop table user_search; --",
        '"]}}',
        "\\",
        "*",
        "ad*",
        "a\0b",
        "\0\0\0",
        "\ud800\ud800\ud800",
        "x".repeat(10_240),
        "\u{1F600}".repeat(400),
        "\u{20000}".repeat(400),
        "\u{10330}".repeat(400),
        "a ".repeat(5_000),
        "(((",
        "ada&!|",
      ];
      for (const keyword of hostile) expect(await find(target, { keyword }), JSON.stringify(keyword.slice(0, 30))).toEqual([]);
      for (const key of ["%", "a\0", "'", "x".repeat(5_000)]) expect(await find(target, { roleKeys: [key], groupKeys: [key] })).toEqual([]);
      expect(await find(target, { keyword: "O'Brien" })).toHaveLength(1);
    });

    it("refuses cursors it did not give out", async () => {
      const target = await driver.project();
      await people(target, { email: "ada@example.com" });
      for (const after of ["", "x", "b2Zmc2V0OjA", Buffer.from("[1]").toString("base64url"), Buffer.from("2026-99-99T00:00:00.000000Z,x").toString("base64url"), "=".repeat(3_000)])
        await expect(driver.index().search(target.ctx, { keyword: "ada", first: 1, after }), after).rejects.toMatchObject({ reason: "InvalidCursor" });
    });

    it("threat: one project finds another's users, by keyword, role, id or cursor", async () => {
      const [mine, other] = [await driver.project(), await driver.project()];
      const [ada = ""] = await people(mine, { email: "ada@example.com", roles: ["admin"] });
      const [bob = ""] = await people(other, { email: "ada@example.com", roles: ["admin"], createdAt: "2025-01-01T00:00:00Z" });
      for (const query of [{ keyword: "ada" }, { keyword: ada }, { keyword: bob }, { roleKeys: ["admin"] }]) {
        expect(await find(other, query)).toEqual(query.keyword === ada ? [] : [bob]);
        expect(await find(mine, query)).toEqual(query.keyword === bob ? [] : [ada]);
      }
      const [hit] = (await driver.index().search(mine.ctx, { keyword: "ada", first: 1 })).hits;
      expect(await find(other, { keyword: "ada", after: hit?.cursor })).toEqual([bob]);
      expect(await find(mine, { keyword: "ada", after: hit?.cursor })).toEqual([]);
      await driver.index().reindex(mine.ctx, [bob]); // mine has no such user: nothing of the other may go
      await driver.settle?.();
      expect(await find(other, { keyword: "ada" })).toEqual([bob]);
    });
  });
}
