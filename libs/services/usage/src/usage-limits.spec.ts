import { describe, expect, it } from "vitest";
import { blockQuota, periodEnds } from "./usage-limits.js";

describe("usage limits", () => {
  it("the smallest quota that blocks decides, by period", () => {
    const limits = [
      { quota: 5, period: "day", action: "block" },
      { quota: 3, period: "day", action: "block" },
      { quota: 1, period: "day", action: "alert" },
      { quota: 0, period: "month", action: "block" },
    ] as const;
    expect(blockQuota(limits, "day")).toBe(3);
    expect(blockQuota(limits, "month")).toBe(0);
    expect(blockQuota([], "day")).toBe(-1);
  });

  it.each([
    ["2026-11-26T15:00:00Z", "2026-11-27T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2028-02-29T00:00:00Z", "2028-03-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ])("the day and the month of %s end by UTC", (at, day, month) => {
    const ends = periodEnds(new Date(at));
    expect([ends.day.toISOString(), ends.month.toISOString()]).toEqual([day, month]);
  });
});
