import { spawn } from "node:child_process";
import path from "node:path";
import { answers, freePort } from "./processes.mjs";
import { root, Stop } from "./say.mjs";

/** A base of ports of which all that the platform takes are free. */
async function freeBase() {
  for (;;) {
    const base = await freePort();
    if (base > 58_000 || base < 1100) continue;
    const taken = await Promise.all([0, 3, 1379, 1432].map((offset) => answers(base + offset)));
    if (!taken.includes(true)) return base;
  }
}

/** Starts everything with `tools/start.mjs` and waits until it is ready. `env` is what tests and the benchmark need to find it. */
export async function startPlatform({ home, env = {} }) {
  const base = await freeBase();
  const token = "operator-token-of-tests";
  let output = "";
  const child = spawn(process.execPath, [path.join(root, "tools/start.mjs")], {
    cwd: root,
    env: { LOG_LEVEL: "warn", ...process.env, ...env, GATEHOUSE_HOME: home, PORT_BASE: String(base), GATEHOUSE_OPERATOR_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise((resolve) => child.on("exit", resolve));
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes("Ctrl-C stops everything")) resolve();
      });
    exited.then(() => reject(new Stop(`The platform did not start:\n${output}`)));
  });
  return {
    env: {
      E2E_BASE: `http://localhost:${base}`,
      E2E_PORTAL: `http://localhost:${base + 3}`,
      E2E_OPERATOR_TOKEN: token,
      E2E_POSTGRES_PORT: String(base + 1432),
      E2E_REDIS_URL: `redis://127.0.0.1:${base + 1379}/7`,
      E2E_HOME: home,
    },
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
