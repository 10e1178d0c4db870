#!/usr/bin/env node
// `npm run bench`: load on loopback, bounded in count and time. Prints a table and writes JSON. Options: --seconds=N per scenario (5), --concurrency=N (32), --out=file, --only=scenario,scenario, --users=N in the scenarios of lists and searches (20000).
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { main, say, step } from "./setup/say.mjs";
import { startPlatform } from "./setup/platform.mjs";

const option = (name, fallback) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;

const columns = [
  ["scenario", (r) => r.scenario],
  ["requests/s", (r) => r.requests_per_second.toFixed(0)],
  ["p50 ms", (r) => r.p50_ms.toFixed(1)],
  ["p99 ms", (r) => r.p99_ms.toFixed(1)],
  ["p99 ms at half", (r) => (r.at_half_load ? `${r.at_half_load.p99_ms.toFixed(1)} at ${r.at_half_load.per_second}/s` : "")],
  ["stolen %", (r) => [r.stolen_percent, r.at_half_load?.stolen_percent].flatMap((one) => (one === undefined ? [] : one.toFixed(0))).join(" / ")],
  ["errors", (r) => String(r.errors + (r.at_half_load?.errors ?? 0))],
  ["SQL/req", (r) => r.sql_per_request.toFixed(2)],
  ["Redis/req", (r) => r.redis_per_request.toFixed(2)],
  ["CPU ms/req", (r) => r.cpu_ms_per_request.toFixed(2)],
  ["RSS MB", (r) => r.rss_mb.toFixed(0)],
];

function table(results) {
  const rows = [columns.map(([head]) => head), ...results.map((result) => columns.map(([, cell]) => cell(result)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  return rows.map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]))).join("  ")).join("\n");
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode({ ownSession: true });
  const seconds = Math.min(60, Math.max(1, Number(option("seconds", "5"))));
  const concurrency = Math.min(64, Math.max(1, Number(option("concurrency", "32"))));
  const out = option("out", "bench-results.json");
  const only = option("only")?.split(",");
  const users = Math.min(5_000_000, Math.max(1_000, Number(option("users", "20000"))));
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-bench-"));
  chmodSync(dir, 0o755);
  const platform = await step("Starting the platform", () => startPlatform({ home: path.join(dir, "home"), env: { GATEHOUSE_BENCH: "true", LOG_LEVEL: "error" } }));
  try {
    const { runScenarios } = await import("../bench/run-scenarios.mjs");
    const { manyProjects } = await import("../bench/many-projects.mjs");
    const databaseUrl = `postgres://postgres:gatehouse@127.0.0.1:${platform.env.E2E_POSTGRES_PORT}/gatehouse`;
    const at = { base: platform.env.E2E_BASE, portal: platform.env.E2E_PORTAL, token: platform.env.E2E_OPERATOR_TOKEN, databaseUrl };
    const { results, beside } = await runScenarios(at, { seconds, concurrency, only, users, tell: say });
    const many = only ? undefined : await manyProjects(at, { concurrency, tell: say });
    const report = {
      at: new Date().toISOString(),
      node: process.version,
      cpus: cpus().length,
      seconds,
      concurrency,
      users,
      results,
      userinfo_beside_logins: beside,
      many_projects: many,
    };
    writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
    const visited =
      many &&
      `${many.projects} projects visited once each at ${many.projects_per_second.toFixed(0)}/s, ${many.errors} errors; RSS ${many.rss_mb_before} MB before, then ${many.rss_mb_each_2500.join(", ")} MB after every 2500.`;
    const besideLogins = beside?.ways
      .map(({ load, p99_alone_ms: alone, p99_beside_ms: loaded, ratio, logins_per_second: logins }) => {
        const times = `${alone.toFixed(1)} ms alone, ${loaded.toFixed(1)} ms (${ratio.toFixed(1)} times)`;
        return `userinfo p99, ${load}: ${times} while ${beside.logins_in_flight} password logins are in flight (${logins.toFixed(0)}/s).`;
      })
      .join("\n");
    const more = [besideLogins, visited].filter(Boolean).join("\n");
    console.log(
      `\n${table(results)}\n\n${more}\n\nWritten to ${out}. One request of sign-up and login is the whole flow over the flow API. Stolen: processor time that the host gave to other machines, at full and at half load.`,
    );
  } finally {
    await platform.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
