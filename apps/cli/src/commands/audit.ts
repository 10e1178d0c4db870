import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { AuditLogModule, ExportAuditLog, type ExportLine, type Verification, verifyExport, type VerifyOptions } from "@gatehouse/feature-audit-log";
import type { KeyJwk } from "@gatehouse/platform-crypto";
import { readEnv } from "@gatehouse/platform-env";
import { openResources, RuntimeModule } from "@gatehouse/service-runtime";
import { NestFactory } from "@nestjs/core";
import type { Command } from "commander";

/** A file or project that is not what the command needs; the message is for people. */
export class AuditCommandFailed extends Error {}

/** Findings that are shown; of more only how many. */
const SHOWN = 100;

/** `gatehouse audit export <project>`: the log, its checkpoints and the public keys, as lines of JSON on standard output. */
export async function exportAuditLog(project: string, write: (text: string) => void | Promise<void> = toStdout): Promise<void> {
  const env = readEnv(process.env);
  const resources = await openResources(env, "audit");
  const root = { module: class AuditRoot {}, imports: [RuntimeModule.forRoot(resources), AuditLogModule] };
  try {
    const nest = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    const rows = await nest.get(ExportAuditLog, { strict: false }).run(project, resources.log, (line: ExportLine) => write(`${JSON.stringify(line)}\n`));
    await nest.close();
    if (rows === undefined) throw new AuditCommandFailed(`There is no project ${project}.`);
    console.error(`exported ${rows} rows of ${project}`);
  } finally {
    await resources.close();
  }
}

/** Waits where whoever reads is slower. */
function toStdout(text: string): void | Promise<void> {
  if (!process.stdout.write(text)) return new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** `gatehouse audit verify <file>`: checks an export offline and says what was changed, removed, inserted or reordered; exit code 1 when anything was. */
export async function verifyAuditLog(file: string, options: { key?: string; since?: string } = {}): Promise<void> {
  const known: VerifyOptions = {
    ...(options.key ? { keys: await keysOf(options.key) } : {}),
    ...(options.since ? { earlier: await checkpointsOf(options.since) } : {}),
  };
  const result = await verifyExport(linesOf(file), known);
  report(result, options.key !== undefined);
  if (result.findings.length > 0) process.exitCode = 1;
}

function report(result: Verification, pinned: boolean): void {
  const { projectId, rows, position, covered, checkpoints, thumbprints, findings } = result;
  console.log(`audit log of ${projectId || "no project"}: ${rows} rows up to position ${position}, ${checkpoints} checkpoints`);
  for (const { kind, text } of findings.slice(0, SHOWN)) console.log(`  ${kind.toUpperCase()}: ${text}`);
  if (findings.length > SHOWN) console.log(`  and ${findings.length - SHOWN} more`);
  if (position > covered) console.log(`  note: rows after ${covered} are not signed yet`);
  console.log(`  keys (RFC 7638): ${thumbprints.join(", ") || "none"}${pinned ? "" : ", as the file itself names them: compare them, or give --key"}`);
  console.log(findings.length === 0 ? "the log is intact" : `the log is NOT intact: ${findings.length} findings`);
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file);
  await new Promise((resolve, reject) => input.once("open", resolve).once("error", () => reject(new AuditCommandFailed(`${file} cannot be read.`))));
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** The keys of a JWK or JWKS file. */
async function keysOf(file: string): Promise<KeyJwk[]> {
  try {
    const value = JSON.parse(await readFile(file, "utf8")) as KeyJwk | { keys: KeyJwk[] };
    const keys = Array.isArray((value as { keys?: unknown }).keys) ? (value as { keys: KeyJwk[] }).keys : [value as KeyJwk];
    if (keys.every(({ kty }) => typeof kty === "string" && kty !== "oct")) return keys;
  } catch {
    // said below
  }
  throw new AuditCommandFailed(`${file} is no file with public keys (JWK or JWK set).`);
}

async function checkpointsOf(file: string): Promise<string[]> {
  const found: string[] = [];
  for await (const text of linesOf(file)) {
    if (!text.includes('"checkpoint"')) continue;
    const line = JSON.parse(text) as ExportLine;
    if (line.kind === "checkpoint") found.push(line.jws);
  }
  if (found.length === 0) throw new AuditCommandFailed(`${file} holds no checkpoint.`);
  return found;
}

/** Adds `gatehouse audit ...`. */
export function addAuditCommands(gatehouse: Command): void {
  const audit = gatehouse.command("audit").description("export the audit log of a project, and check such an export");
  audit
    .command("export <project>")
    .description("write rows, signed checkpoints and public keys to standard output")
    .action((project: string) => exportAuditLog(project));
  audit
    .command("verify <file>")
    .description("check an export offline; exit code 1 when the log was changed")
    .option("--key <file>", "trusted public keys (JWK or JWK set); by default those the file names")
    .option("--since <file>", "an earlier export, whose checkpoints must all be there")
    .action(verifyAuditLog);
}
