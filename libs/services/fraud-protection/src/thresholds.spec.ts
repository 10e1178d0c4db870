import { describe, expect, it } from "vitest";
import { ratiosOf, thresholdsOf } from "./thresholds.js";

const budget = { daily_ratio: 0.3, hourly_ratio: 0.2, by_phone_country: [] };
const none = { countryMax14d: 0, country24h: 0, country1h: 0, ip24h: 0 };

describe("thresholds of fraud protection", () => {
  it("have floors", () => {
    expect(thresholdsOf(budget, "HK", none)).toEqual({ countryDaily: 20, countryHourly: 3, ipDaily: 10, ipHourly: 5 });
  });

  it("follow what was verified: the best of 14 days, the last day, the last hour", () => {
    expect(thresholdsOf(budget, "HK", { ...none, countryMax14d: 120 })).toMatchObject({ countryDaily: 36, countryHourly: 4 });
    expect(thresholdsOf(budget, "HK", { ...none, country24h: 200 }).countryDaily).toBe(60);
    expect(thresholdsOf(budget, "HK", { ...none, country1h: 40 }).countryHourly).toBe(8);
    expect(thresholdsOf(budget, "HK", { ...none, ip24h: 300 })).toMatchObject({ ipDaily: 90, ipHourly: 10 });
  });

  it("take the first entry that names the country; what it leaves out is global; addresses are always global", () => {
    const by_phone_country = [
      { geo_location_codes: ["HK", "SG"], hourly_ratio: 0.5 },
      { geo_location_codes: ["US"], daily_ratio: 0 },
    ];
    const own = { ...budget, by_phone_country };
    expect(ratiosOf(own, "SG")).toEqual({ daily: 0.3, hourly: 0.5 });
    expect(ratiosOf(own, "US")).toEqual({ daily: 0, hourly: 0.2 });
    expect(ratiosOf(own, "JP")).toEqual({ daily: 0.3, hourly: 0.2 });
    expect(thresholdsOf(own, "SG", { ...none, countryMax14d: 120, ip24h: 300 })).toMatchObject({ countryHourly: 10, ipHourly: 10 });
  });
});
