import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import type { ObjectStore } from "../src/index.js";

const text = "text/plain";
const read = async (store: ObjectStore, project: TestProject, key: string) => {
  const found = await store.get(project.ctx, key);
  return found && { ...found, body: (await buffer(found.body)).toString() };
};

/** What every driver promises. `open` gives the store at work. */
export function objectStoreContract(open: () => ObjectStore): void {
  const link = { key: "f", expiresInSeconds: 60, fileName: "Ärger 1.csv", contentType: "text/csv" };

  it("keeps a file with its content type and size, and forgets it", async () => {
    const [project, store] = [await testProject(), open()];
    expect(await store.get(project.ctx, "a/b.txt")).toBeUndefined();
    expect(await store.put(project.ctx, { key: "a/b.txt", body: Buffer.from("héllo"), contentType: text })).toBe(true);
    expect(await read(store, project, "a/b.txt")).toEqual({ body: "héllo", contentType: text, size: 6 });
    await store.delete(project.ctx, "a/b.txt");
    await store.delete(project.ctx, "a/b.txt");
    expect(await store.get(project.ctx, "a/b.txt")).toBeUndefined();
  });

  it("takes a stream of unknown length, larger than one part, and an empty one", async () => {
    const [project, store] = [await testProject(), open()];
    const chunk = Buffer.alloc(1024 * 1024, "x");
    await store.put(project.ctx, { key: "large", body: Readable.from(Array.from({ length: 12 }, () => chunk)), contentType: text });
    const large = await store.get(project.ctx, "large");
    expect(large?.size).toBe(12 * chunk.length);
    expect((await buffer(large!.body)).equals(Buffer.concat(Array.from({ length: 12 }, () => chunk)))).toBe(true);
    await store.put(project.ctx, { key: "empty", body: Readable.from([]), contentType: text });
    expect(await read(store, project, "empty")).toEqual({ body: "", contentType: text, size: 0 });
  });

  it("replaces a file, unless it may not", async () => {
    const [project, store] = [await testProject(), open()];
    const put = (body: string, ifAbsent?: true) => store.put(project.ctx, { key: "k", body: Buffer.from(body), contentType: text, ifAbsent });
    expect(await put("1", true)).toBe(true);
    expect(await put("2", true)).toBe(false);
    expect((await read(store, project, "k"))?.body).toBe("1");
    expect(await put("3")).toBe(true);
    expect((await read(store, project, "k"))?.body).toBe("3");
  });

  it("lets one of many writers in who all want to be the first", async () => {
    const [project, store] = [await testProject(), open()];
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.put(project.ctx, { key: "race", body: i % 2 ? Buffer.from(`${i}`) : Readable.from([`${i}`]), contentType: text, ifAbsent: true })),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await read(store, project, "race"))?.body).toBe(String(results.indexOf(true)));
  });

  it("a file whose source fails half way is not kept", async () => {
    const [project, store] = [await testProject(), open()];
    const failing = async function* () {
      yield Buffer.alloc(6 * 1024 * 1024);
      throw new Error("the source failed");
    };
    await expect(store.put(project.ctx, { key: "half", body: Readable.from(failing()), contentType: text })).rejects.toThrow("the source failed");
    expect(await store.get(project.ctx, "half")).toBeUndefined();
  });

  it("holds a file and a folder of one name", async () => {
    const [project, store] = [await testProject(), open()];
    await store.put(project.ctx, { key: "n/m", body: Buffer.from("1"), contentType: text });
    await store.put(project.ctx, { key: "n", body: Buffer.from("2"), contentType: text });
    expect((await read(store, project, "n"))?.body).toBe("2");
    expect((await read(store, project, "n/m"))?.body).toBe("1");
  });

  it("another project's file is never found", async () => {
    const [mine, other, store] = [await testProject(), await testProject(), open()];
    await store.put(mine.ctx, { key: "secret", body: Buffer.from("mine"), contentType: text });
    expect(await store.get(other.ctx, "secret")).toBeUndefined();
    await store.delete(other.ctx, "secret");
    expect((await read(store, mine, "secret"))?.body).toBe("mine");
  });

  it("forgets every file of a project, and of no other", async () => {
    const [mine, other, store] = [await testProject(), await testProject(), open()];
    for (const key of ["a", "b/c", "b/d", "e", "f"]) await store.put(mine.ctx, { key, body: Buffer.from("mine"), contentType: text });
    await store.put(other.ctx, { key: "a", body: Buffer.from("other"), contentType: text });
    await store.deleteAll(mine.project.id);
    await store.deleteAll(mine.project.id);
    for (const key of ["a", "b/c", "b/d", "e", "f"]) expect(await store.get(mine.ctx, key)).toBeUndefined();
    expect((await read(store, other, "a"))?.body).toBe("other");
    for (const id of ["", ".", "..", "a/b", ".staging"]) expect(() => store.deleteAll(id)).toThrow("cannot be the key");
  });

  it.each(["", ".", "..", "../other/secret", "a/../../b", "/etc/passwd", "a//b", "a/", "a\\..\\b", ".staging", "a\0b", "a~", "%2e%2e/b", "a".repeat(201), "é"])(
    "a key that could leave the project is refused: %j",
    async (key) => {
      const [project, store] = [await testProject(), open()];
      expect(() => store.get(project.ctx, key)).toThrow("cannot be the key");
      expect(() => store.put(project.ctx, { key, body: Buffer.from(""), contentType: text })).toThrow("cannot be the key");
      expect(() => store.delete(project.ctx, key)).toThrow("cannot be the key");
      expect(() => store.downloadUrl(project.ctx, { ...link, key })).toThrow("cannot be the key");
    },
  );

  it("a content type cannot smuggle in a header", async () => {
    const [project, store] = [await testProject(), open()];
    expect(() => store.put(project.ctx, { key: "k", body: Buffer.from(""), contentType: "text/plain\r\nx: y" })).toThrow("plain content type");
  });

  describe("links", () => {
    const kept = async () => {
      const [project, store] = [await testProject(), open()];
      await store.put(project.ctx, { key: "f", body: Buffer.from("a,b\n"), contentType: text });
      await store.put(project.ctx, { key: "g", body: Buffer.from("other"), contentType: text });
      return { project, store };
    };

    it("open the file under its name", async () => {
      const { project, store } = await kept();
      const response = await fetch(await store.downloadUrl(project.ctx, link));
      expect([response.status, await response.text()]).toEqual([200, "a,b\n"]);
      expect(response.headers.get("content-type")).toBe("text/csv");
      expect(response.headers.get("content-disposition")).toBe("attachment; filename=\"_rger_1.csv\"; filename*=UTF-8''%C3%84rger%201.csv");
    });

    it("a stolen link is worth nothing after its time", async () => {
      const { project, store } = await kept();
      const past = (seconds: number) => project.with({ now: () => new Date(Date.now() - seconds * 1000) });
      expect((await fetch(await store.downloadUrl(past(50), link))).status).toBe(200);
      expect((await fetch(await store.downloadUrl(past(62), link))).status).toBe(403);
    });

    it("a link opens no other file, and no part of it may be changed", async () => {
      const { project, store } = await kept();
      const url = new URL(await store.downloadUrl(project.ctx, link));
      const changed = (change: (copy: URL) => void) => {
        const copy = new URL(url);
        change(copy);
        return fetch(copy).then((response) => response.status);
      };
      expect(await changed((copy) => (copy.pathname = copy.pathname.replace(/f$/, "g")))).toBe(403);
      for (const name of url.searchParams.keys()) {
        expect(await changed((copy) => copy.searchParams.set(name, name.toLowerCase().includes("expires") ? "86399" : "x"))).toBeOneOf([400, 403]);
        expect(await changed((copy) => copy.searchParams.delete(name))).not.toBe(200);
      }
    });
  });
}
