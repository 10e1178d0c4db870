import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventId } from "@gatehouse/domain-events";
import { type FraudDecisionsInput, FraudDecisionsModule, KeepFraudRecords, ListFraudDecisions, RecordDecisions, SumUpFraudDecisions } from "@gatehouse/feature-fraud-protection";
import { FraudMetricStore } from "@gatehouse/service-fraud-protection";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";

const T0 = Math.floor(Date.now() / 3_600_000) * 3_600;
const HOURLY = "SMS__UNVERIFIED_OTPS__BY_IP__HOURLY_THRESHOLD_EXCEEDED";
const DAILY = "SMS__UNVERIFIED_OTPS__BY_IP__DAILY_THRESHOLD_EXCEEDED";
let nest: TestModule;
let seq = 0;
beforeAll(async () => {
  nest = await testModule([FraudDecisionsModule]);
});
afterAll(() => nest.close());

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
interface Change {
  at?: number;
  decision?: string;
  recipient?: string;
  phone?: string;
  ip?: string;
  geo?: string;
  warnings?: string[];
  type?: string;
}
function event({ project }: TestProject, change: Change = {}) {
  seq += 1;
  const { at = T0, decision = "allowed", recipient = "+85298765432", phone = "HK", ip, geo, warnings = [], type = "fraud_protection.decision_recorded" } = change;
  const record = {
    timestamp: new Date(at * 1000).toISOString(),
    decision,
    action: "send_sms",
    action_detail: { recipient, type: "verification", phone_number_country_code: phone },
    triggered_warnings: warnings,
    ...(ip ? { ip_address: ip } : {}),
    ...(geo ? { geo_location_code: geo } : {}),
  };
  return { id: eventId(seq), seq, type, payload: { record }, context: { timestamp: at, app_id: project.id } };
}
const record = (...events: object[]) =>
  nest.get(RecordDecisions).run(
    events.map((one) => ({ value: JSON.stringify(one) })),
    quiet,
  );
const list = ({ ctx }: TestProject, input: Partial<FraudDecisionsInput> = {}) => nest.get(ListFraudDecisions).run(ctx, { limit: 100, offset: 0, ...input });
const overview = ({ ctx }: TestProject, from: number, to: number) => nest.get(SumUpFraudDecisions).run(ctx, { from: new Date(from * 1000), to: new Date(to * 1000) });

describe("decisions of fraud protection", () => {
  it("are kept once, with the whole event; other events and broken ones are passed over", async () => {
    const target = await testProject();
    const one = event(target, { ip: "203.0.113.7", geo: "US", warnings: [HOURLY], decision: "blocked" });
    await record(
      one,
      one,
      event(target, { type: "sms.sent" }),
      { ...event(target), payload: {} },
      { ...event(target), payload: { record: { decision: "allowed" } } },
      { nothing: 1 },
    );
    await record(one);
    const { rows, totalCount } = await list(target);
    expect(totalCount).toBe(1);
    expect(rows).toEqual([
      {
        id: one.id,
        createdAt: new Date(T0 * 1000),
        decision: "blocked",
        action: "send_sms",
        recipient: "+85298765432",
        phoneCountry: "HK",
        ipAddress: "203.0.113.7",
        geoLocationCode: "US",
        warnings: [HOURLY],
        data: one,
      },
    ]);
  });

  it("are found by time, verdict, reason, number of warnings, and the beginning of what is searched", async () => {
    const target = await testProject();
    await record(
      event(target, { at: T0, recipient: "+85298765432", phone: "HK", ip: "203.0.113.7", geo: "US" }),
      event(target, { at: T0 + 10, recipient: "+14155552671", phone: "US", ip: "198.51.100.1", geo: "HK", warnings: [HOURLY], decision: "blocked" }),
      event(target, { at: T0 + 20, recipient: "+81312345678", phone: "JP", ip: "192.0.2.1", warnings: [HOURLY, DAILY] }),
    );
    const found = async (input: Partial<FraudDecisionsInput>) => (await list(target, input)).rows.map(({ phoneCountry }) => phoneCountry);
    const at = (offset: number) => new Date((T0 + offset) * 1000);
    expect(await found({})).toEqual(["JP", "US", "HK"]);
    expect(await found({ sortDirection: "asc" })).toEqual(["HK", "US", "JP"]);
    expect(await found({ from: at(10), to: at(20) })).toEqual(["US"]);
    expect(await found({ from: at(10), to: at(10) })).toEqual([]);
    expect(await found({ verdicts: ["blocked"] })).toEqual(["US"]);
    expect(await found({ verdicts: [] })).toHaveLength(3);
    expect(await found({ reasonCodes: [DAILY] })).toEqual(["JP"]);
    expect(await found({ reasonCodes: [DAILY, HOURLY] })).toEqual(["JP", "US"]);
    expect(await found({ minimumWarnings: 1 })).toEqual(["JP", "US"]);
    expect(await found({ minimumWarnings: 1, maximumWarnings: 1 })).toEqual(["US"]);
    expect(await found({ maximumWarnings: 0 })).toEqual(["HK"]);
    expect(await found({ search: "+852" })).toEqual(["HK"]);
    expect(await found({ search: "98765432" })).toEqual([]);
    expect(await found({ search: "hk" })).toEqual(["US", "HK"]);
    expect(await found({ search: "192.0" })).toEqual(["JP"]);
    expect(await found({ search: "%" })).toEqual([]);
    expect(await list(target, { limit: 1, offset: 1 })).toMatchObject({ totalCount: 3, rows: [{ phoneCountry: "US" }] });
  });

  it("add up to totals, hours and the ten that lead", async () => {
    const target = await testProject();
    const many = Array.from({ length: 12 }, (_, n) => Array.from({ length: n + 1 }, () => event(target, { at: T0 - 3_600, ip: `198.51.100.${n}`, geo: "US", phone: "US" }))).flat();
    await record(
      ...many,
      event(target, { at: T0 + 5, ip: "203.0.113.7", warnings: [HOURLY] }),
      event(target, { at: T0 + 6, warnings: [HOURLY], decision: "blocked" }),
      event(target, { at: T0 + 60 }),
    );
    const sum = await overview(target, T0 - 7_200, T0 + 60);
    expect(sum).toMatchObject({ total: 80, flagged: 2, blocked: 1 });
    expect(sum.timeBuckets).toEqual([
      { hour: new Date((T0 - 3_600) * 1000), total: 78, flagged: 0, blocked: 0 },
      { hour: new Date(T0 * 1000), total: 2, flagged: 2, blocked: 1 },
    ]);
    expect(sum.topSourceIPs).toHaveLength(10);
    expect(sum.topSourceIPs[0]).toEqual({ ipAddress: "198.51.100.11", geoCountryCode: "US", total: 12, flagged: 0, blocked: 0 });
    expect(sum.topIPLocations).toEqual([{ geoCountryCode: "US", total: 78, flagged: 0, blocked: 0 }]);
    expect(sum.topSMSOrigins).toEqual([
      { phoneCountryCode: "US", total: 78, flagged: 0, blocked: 0 },
      { phoneCountryCode: "HK", total: 2, flagged: 2, blocked: 1 },
    ]);
    expect(await overview(await testProject(), T0, T0 + 60)).toEqual({
      total: 0,
      flagged: 0,
      blocked: 0,
      timeBuckets: [],
      topSourceIPs: [],
      topIPLocations: [],
      topSMSOrigins: [],
    });
  });

  it("threat: an overview over years loads the database; without bounds it is refused", async () => {
    const target = await testProject();
    const day = 86_400;
    await expect(overview(target, T0 - 90 * day, T0)).resolves.toBeDefined();
    await expect(overview(target, T0 - 90 * day - 1, T0)).rejects.toMatchObject({ reason: "Invalid" });
    await expect(overview(target, T0, T0)).rejects.toMatchObject({ reason: "Invalid" });
    await expect(overview(target, T0 + 1, T0)).rejects.toMatchObject({ reason: "Invalid" });
    await expect(nest.get(SumUpFraudDecisions).run(target.ctx, { from: undefined, to: new Date() })).rejects.toMatchObject({ reason: "Invalid" });
    await expect(nest.get(SumUpFraudDecisions).run(target.ctx, { from: new Date(), to: undefined })).rejects.toMatchObject({ reason: "Invalid" });
  });

  it("threat: one project reads another's decisions", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const one = event(mine);
    await record(one);
    expect((await list(other)).totalCount).toBe(0);
    expect(await nest.get(ListFraudDecisions).byIds(other.ctx, [one.id])).toEqual([]);
    expect(await nest.get(ListFraudDecisions).byIds(mine.ctx, [one.id, "ffff"])).toHaveLength(1);
    expect((await overview(other, T0 - 60, T0 + 60)).total).toBe(0);
  });

  it("are dropped after 180 days, by whole months", async () => {
    const target = await testProject();
    const old = T0 - 250 * 86_400;
    const name = `fraud_decision_p${new Date(old * 1000).toISOString().slice(0, 7).replace("-", "")}`;
    await target.db.transaction((tx) => tx.query("select make_month_partition('fraud_decision', to_timestamp($1)::date)", [old]));
    await record(event(target, { at: old }), event(target, { at: T0 - 400 * 86_400 }), event(target, { at: T0 - 170 * 86_400 }), event(target));
    expect(await nest.get(KeepFraudRecords).run(new Date())).toContain(name);
    expect((await list(target)).totalCount).toBe(2);
  });

  it("lose their counters after 90 days, by whole months", async () => {
    const target = await testProject();
    const store = nest.get(FraudMetricStore);
    const at = (days: number) => Object.freeze({ ...target.ctx, now: () => new Date(Date.now() - days * 86_400_000) });
    const old = new Date(Date.now() - 160 * 86_400_000).toISOString().slice(0, 10);
    const name = `fraud_metric_p${old.slice(0, 7).replace("-", "")}`;
    await target.db.transaction((tx) => tx.query("select make_month_partition('fraud_metric', $1::date)", [old]));
    for (const days of [0, 80, 160, 400]) await target.db.read((tx) => store.insert(at(days), tx, { name: "x", keys: ["k"] }));
    expect(await nest.get(KeepFraudRecords).run(new Date())).toContain(name);
    expect(await target.db.read((tx) => tx.query("select 1 from fraud_metric where project_id = $1", [target.project.id]))).toHaveLength(2);
  });
});
