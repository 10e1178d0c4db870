import { type EnvConfig, readEnv } from "@gatehouse/platform-env";
import type { HttpService } from "@gatehouse/platform-http";
import { startTracing } from "@gatehouse/platform-telemetry";
import { openResources, type Resources } from "@gatehouse/service-runtime";
import { keepHeapSmall } from "../services/keep-heap-small.js";
import { runUntilSignal } from "../services/run-until-signal.js";

type Service = {
  create(resources: Resources): Promise<HttpService>;
  address(env: EnvConfig): { host: string; port: number };
  /** It works in the background: memory matters more than the time of a collection. */
  smallHeap?: true;
};

/** A process loads the code of its own service alone. */
const services: Readonly<Record<string, Service>> = {
  auth: { create: async (resources) => (await import("@gatehouse/app-auth")).createAuthService(resources), address: (env) => env.mainListenAddr },
  resolver: { create: async (resources) => (await import("@gatehouse/app-auth")).createResolverService(resources), address: (env) => env.resolverListenAddr },
  admin: { create: async (resources) => (await import("@gatehouse/app-admin")).createAdminService(resources), address: (env) => env.adminListenAddr },
  hooks: { create: async (resources) => (await import("@gatehouse/app-hooks")).createHooksService(resources), address: (env) => env.hooksListenAddr, smallHeap: true },
  portal: { create: async (resources) => (await import("@gatehouse/app-portal")).createPortalService(resources), address: (env) => env.portalListenAddr },
};

/** The names `gatehouse start` takes. */
export const serviceNames = Object.keys(services);

/** `gatehouse start <service>`: one service until a signal. */
export async function start(name: string): Promise<void> {
  const service = services[name];
  if (!service) throw new Error(`There is no service "${name}": choose one of ${serviceNames.join(", ")}.`);
  const env = readEnv(process.env);
  const stopTracing = await startTracing(env.otelTracesExporter as "none" | "otlp");
  const resources = await openResources(env, name);
  const running = await service.create(resources);
  const url = await running.listen(service.address(env));
  if (service.smallHeap) keepHeapSmall();
  if (process.send) tellParent();
  else console.log(`gatehouse ${name} listens on ${url}`);
  await runUntilSignal(async () => {
    await running.close();
    await resources.close();
    await stopTracing();
  });
}

/** A process that started this one is told that it is ready, and takes it along when it ends. */
function tellParent(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.send?.("ready");
}
