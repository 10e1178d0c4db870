import "reflect-metadata";
import { Command } from "commander";
import { EnvError } from "@gatehouse/platform-env";
import { addAuditCommands, AuditCommandFailed } from "./commands/audit.js";
import { migrateStatus, migrateUp } from "./commands/migrate.js";
import { addProjectCommands } from "./commands/project.js";
import { addUserCommands } from "./commands/users.js";
import { OperatorCallFailed } from "./services/operator-client.js";
import { addSearchCommands, SearchCommandFailed } from "./commands/search.js";
import { serviceNames, start } from "./commands/start.js";

function program(): Command {
  const gatehouse = new Command("gatehouse").description("Multi-tenant auth platform").showHelpAfterError();
  gatehouse
    .command("dev")
    .description("run every service in this process, with a demo project")
    .action(async () => (await import("./commands/dev.js")).dev());
  gatehouse.command("start").argument("<service>", serviceNames.join(", ")).description("run one service, configured by the environment").action(start);
  const migrate = gatehouse.command("migrate").description("change the database schema");
  migrate.command("up").description("apply pending migrations").action(migrateUp);
  migrate.command("status").description("list pending migrations").action(migrateStatus);
  addProjectCommands(gatehouse);
  addUserCommands(gatehouse);
  addAuditCommands(gatehouse);
  addSearchCommands(gatehouse);
  return gatehouse;
}

/** One sentence for what the user can mend; the whole error for what he cannot. */
function explain(error: unknown): string {
  if (error instanceof EnvError || error instanceof OperatorCallFailed || error instanceof AuditCommandFailed || error instanceof SearchCommandFailed) return error.message;
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") return `A service this process needs does not answer: ${message || code}. Check DATABASE_URL and REDIS_URL.`;
  if (code === "EADDRINUSE") return `The port is taken: ${message}. Stop the other process or choose another port.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

program()
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`gatehouse: ${explain(error)}`);
    process.exit(1);
  });
