import type { ProjectConfig } from "@gatehouse/domain-config";

/** What was verified lately. */
export interface VerifiedCounts {
  /** Most on one day (UTC) of the last 14, for the country. */
  countryMax14d: number;
  country24h: number;
  country1h: number;
  ip24h: number;
}

/** How many codes may be unverified. */
export interface Thresholds {
  countryDaily: number;
  countryHourly: number;
  ipDaily: number;
  ipHourly: number;
}

type Budget = ProjectConfig["fraud_protection"]["sms"]["unverified_otp_budget"];

/** Ratios of a country: of the first entry that names it, else the global ones. */
export function ratiosOf(budget: Budget, country: string): { daily: number; hourly: number } {
  const own = budget.by_phone_country?.find(({ geo_location_codes }) => geo_location_codes.includes(country));
  return { daily: own?.daily_ratio ?? budget.daily_ratio, hourly: own?.hourly_ratio ?? budget.hourly_ratio };
}

/** The thresholds of a country and an address (spec: protection §5.2). */
export function thresholdsOf(budget: Budget, country: string, counts: VerifiedCounts): Thresholds {
  const { daily, hourly } = ratiosOf(budget, country);
  return {
    countryDaily: Math.max(20, counts.countryMax14d * daily, counts.country24h * daily),
    countryHourly: Math.max(3, (counts.countryMax14d / 6) * hourly, counts.country1h * hourly),
    ipDaily: Math.max(10, counts.ip24h * budget.daily_ratio),
    ipHourly: Math.max(5, (counts.ip24h / 6) * budget.hourly_ratio),
  };
}
