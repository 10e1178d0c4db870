import type { EventEnvelope } from "@gatehouse/domain-events";
import { describe, expect, it } from "vitest";
import { deliveriesOf } from "./fan-out-events.js";

const alert = { id: "0000000000000001", type: "usage.alert.triggered", payload: { usage: { name: "sms" } } } as unknown as EventEnvelope;
const project = (usageHooks: { url: string; match: string }[], handlers: { events: string[]; url: string }[] = []) =>
  ({ config: { hook: { non_blocking_handlers: handlers } }, features: { usage: { hooks: usageHooks } } }) as never;
const urls = (deliveries: ReturnType<typeof deliveriesOf>) => deliveries.map(({ url }) => url);

describe("usage alerts", () => {
  it("go to the project's handlers, then to the plan's hooks that match; a URL listed twice is called twice", () => {
    const hooks = [
      { url: "https://a", match: "*" },
      { url: "https://b", match: "email" },
      { url: "https://c", match: "sms" },
      { url: "https://a", match: "sms" },
    ];
    const deliveries = deliveriesOf(project(hooks, [{ events: ["*"], url: "https://own" }]), alert);
    expect(urls(deliveries)).toEqual(["https://own", "https://a", "https://c", "https://a"]);
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(4);
  });

  it("reach the plan's hooks without any handler of the project; other events never do", () => {
    expect(urls(deliveriesOf(project([{ url: "https://a", match: "*" }]), alert))).toEqual(["https://a"]);
    expect(deliveriesOf(project([{ url: "https://a", match: "*" }]), { ...alert, type: "user.created" })).toEqual([]);
  });
});
