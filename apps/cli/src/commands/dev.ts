import type { Server } from "node:http";
import { createAdminService } from "@gatehouse/app-admin";
import { createAuthService } from "@gatehouse/app-auth";
import { createPortalService } from "@gatehouse/app-portal";
import { SeedPlatform } from "@gatehouse/feature-projects";
import { type EnvConfig, readEnv } from "@gatehouse/platform-env";
import { applyMigrations } from "@gatehouse/platform-postgres";
import { startTracing } from "@gatehouse/platform-telemetry";
import { openResources } from "@gatehouse/service-runtime";
import { publicEntry } from "../services/public-entry.js";
import { runUntilSignal } from "../services/run-until-signal.js";
import { WorkerProcess } from "../services/worker-process.js";

/** The environment of the platform: ports and endpoints follow PORT_BASE (3000) unless set. */
function devVariables(): NodeJS.ProcessEnv {
  const base = Number(process.env.PORT_BASE || 3000);
  const defaults: Record<string, string> = {
    DEV_MODE: "true",
    MAIN_LISTEN_ADDR: `0.0.0.0:${base}`,
    PORTAL_LISTEN_ADDR: `0.0.0.0:${base + 3}`,
    HOOKS_LISTEN_ADDR: "127.0.0.1:0",
    GATEHOUSE_PUBLIC_PORT: String(base),
    ADMIN_API_ENDPOINT: `http://127.0.0.1:${base}`,
    AUTHGEAR_ENDPOINT: `http://accounts.localhost:${base}`,
  };
  return { ...defaults, ...process.env };
}

/** `gatehouse dev`: migrates, seeds, and runs every service in this process until a signal, the worker in one of its own. */
export async function dev(): Promise<void> {
  const variables = devVariables();
  const env = readEnv(variables);
  const stopTracing = await startTracing(env.otelTracesExporter as "none" | "otlp");
  const resources = await openResources(env, "dev");
  await applyMigrations(resources.db, env.migrationsDir);
  const worker = new WorkerProcess(variables);
  const [auth, admin, portal] = await Promise.all([createAuthService(resources), createAdminService(resources), createPortalService(resources), worker.start()]);
  const seeded = await portal.nest.get(SeedPlatform, { strict: false }).run();
  const entry = publicEntry(auth, admin, env.counters);
  await new Promise<void>((resolve, reject) => {
    entry.once("error", reject);
    entry.listen(env.mainListenAddr.port, env.mainListenAddr.host, resolve);
  });
  await portal.listen(env.portalListenAddr);
  console.log(banner(env, seeded.demoUser));
  await runUntilSignal(async () => {
    await drained(entry);
    await Promise.all([auth.close(), admin.close(), portal.close()]);
    await worker.stop();
    await resources.close();
    await stopTracing();
  });
}

/** Takes no new connection and waits for the requests in flight, at most 8 seconds. */
async function drained(entry: Server): Promise<void> {
  const closed = new Promise((resolve) => entry.close(resolve));
  entry.closeIdleConnections();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 8_000).unref())]);
}

function banner(env: EnvConfig, demoUser: { email: string; password: string }): string {
  const origin = `http://localhost:${env.publicPort}`;
  const portal = `http://localhost:${env.portalListenAddr.port}`;
  return [
    "",
    "Gatehouse is ready.",
    "",
    `  Project demo      ${origin}            sign up, sign in, settings`,
    `  Discovery         ${origin}/.well-known/openid-configuration`,
    `  Admin API         ${origin}/_api/admin/graphql`,
    `  Other projects    http://<id>${env.appHostSuffix}:${env.publicPort}`,
    `  Portal            ${portal}`,
    `  Demo user         ${demoUser.email}  ${demoUser.password}   (demo project and portal)`,
    `  Operator API      ${portal}/operator/v1/projects`,
    `  Operator token    ${env.operatorToken}`,
    `  Mail and SMS      ${portal}/projects/demo/inbox   (kept here while no provider is configured)`,
    "",
    "Ctrl-C stops everything.",
    "",
  ].join("\n");
}
