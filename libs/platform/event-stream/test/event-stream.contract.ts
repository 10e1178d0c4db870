import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { EventStream, StreamRecord } from "@gatehouse/platform-event-stream";
import { soon } from "@gatehouse/platform-testing";

const record = (key: string, n: number): StreamRecord => ({ key, value: JSON.stringify({ n, run: "contract" }) });
const numbers = (records: readonly StreamRecord[]): number[] => records.map(({ value }) => (JSON.parse(value) as { n: number }).n);

/** What every driver of the event stream must do. `open` returns a stream by name; two with one name are two processes. */
export function eventStreamContract(driver: string, open: (name: string) => EventStream): void {
  describe(`event stream on ${driver}`, { timeout: 60_000 }, () => {
    const opened: EventStream[] = [];
    const connect = (name: string): EventStream => {
      const stream = open(name);
      opened.push(stream);
      return stream;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((stream) => stream.close()));
    });
    const name = () => `contract-${randomUUID()}`;

    it("gives every record to every group", async () => {
      const stream = connect(name());
      const heard: Record<string, number[]> = { hooks: [], audit: [] };
      for (const group of Object.keys(heard)) await stream.subscribe({ group, handle: async (records) => void heard[group]?.push(...numbers(records)) });
      await stream.publish([record("p", 1), record("p", 2), record("p", 3)]);
      await soon(() => expect(heard).toEqual({ hooks: [1, 2, 3], audit: [1, 2, 3] }));
    });

    it("keeps the order of one key over many batches", async () => {
      const stream = connect(name());
      const heard: number[] = [];
      await stream.subscribe({ group: "g", handle: async (records) => void heard.push(...numbers(records.filter(({ key }) => key === "a"))) });
      for (let batch = 0; batch < 5; batch += 1) await stream.publish(Array.from({ length: 20 }, (_, i) => record(i % 2 ? "a" : `b${i}`, batch * 20 + i)));
      await soon(() => expect(heard).toHaveLength(50));
      expect(heard).toEqual([...heard].sort((x, y) => x - y));
    });

    it("brings a batch again when handling failed", async () => {
      const stream = connect(name());
      const failures: unknown[] = [];
      const heard: number[] = [];
      await stream.subscribe({
        group: "g",
        handle: async (records) => {
          if (failures.length < 2) throw new Error("not yet");
          heard.push(...numbers(records));
        },
        failed: (error) => failures.push(error),
      });
      await stream.publish([record("p", 1)]);
      await soon(() => expect(heard).toEqual([1]));
      expect(failures).toHaveLength(2);
    });

    it("lets a group go on after a restart, without losing or repeating", async () => {
      const topic = name();
      const first = connect(topic);
      const heard: number[] = [];
      const handle = async (records: readonly StreamRecord[]) => void heard.push(...numbers(records));
      await first.subscribe({ group: "g", handle });
      await first.publish([record("p", 1)]);
      await soon(() => expect(heard).toEqual([1]));
      await first.close();
      const second = connect(topic);
      await second.publish([record("p", 2)]);
      await second.subscribe({ group: "g", handle });
      await soon(() => expect(heard).toEqual([1, 2]));
    });

    it("gives what a member left unfinished to the next one", async () => {
      const topic = name();
      const first = connect(topic);
      const stuck = await first.subscribe({ group: "g", handle: () => Promise.reject(new Error("broken member")) });
      await first.publish([record("p", 7)]);
      await stuck.close();
      const heard: number[] = [];
      await connect(topic).subscribe({ group: "g", handle: async (records) => void heard.push(...numbers(records)) });
      await soon(() => expect(heard).toEqual([7]));
    });

    it("waits for the batch at work when it closes", async () => {
      const stream = connect(name());
      const order: string[] = [];
      const subscription = await stream.subscribe({
        group: "g",
        handle: async () => {
          order.push("began");
          await new Promise((resolve) => setTimeout(resolve, 100));
          order.push("finished");
        },
      });
      await stream.publish([record("p", 1)]);
      await soon(() => expect(order).toEqual(["began"]));
      await subscription.close();
      expect(order).toEqual(["began", "finished"]);
    });
  });
}
