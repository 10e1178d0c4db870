import { pino, type Logger as PinoLogger } from "pino";
import { maskSecrets } from "./mask-secrets.js";

/** A structured logger. */
export type Logger = PinoLogger;

/** A JSON logger on stderr. Texts that look like tokens are masked, and keys that hold secrets are removed. */
export function createLogger(options: { level: string; service: string }): Logger {
  return pino(
    {
      level: options.level === "warning" ? "warn" : options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ["password", "*.password", "authorization", "*.authorization", "cookie", "*.cookie", "secret", "*.secret", "token", "*.token"], censor: "********" },
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === "string" ? maskSecrets(arg) : arg)) as Parameters<typeof method>);
        },
      },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
