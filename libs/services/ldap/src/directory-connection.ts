import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Client, ResultCodeError } from "ldapts";
import type { DirectoryLimits } from "./directory-limits.js";

const CHECK_MS = 50;
const LONGEST_REASON = 200;

/** A server to be asked. */
export interface DirectoryAddress {
  /** `ldap://` or `ldaps://`. */
  url: string;
  limits: DirectoryLimits;
  /** Called when passwords travel in plain text, with the reason. */
  onPlainText(reason: string): void;
}

/** TLS was offered and came to nothing; the connection is of no use any more. */
class TlsFailed extends Error {}

/** Fails when a connection takes too long or brings too much. */
function exceeded(sockets: readonly Socket[], { connectionMs, receivedBytes }: DirectoryLimits) {
  let timer: NodeJS.Timeout | undefined;
  const end = performance.now() + connectionMs;
  const failure = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (performance.now() > end) reject(new Error("The directory takes too long."));
      if (sockets.some(({ bytesRead }) => bytesRead > receivedBytes)) reject(new Error("The directory answers too much."));
    }, CHECK_MS);
  });
  return { failure, stop: () => clearInterval(timer) };
}

/** Runs `work` on a connection of its own, which is closed whatever happens. `isTlsBegun` tells whether StartTLS came as far as a handshake. */
async function onConnection<T>({ url, limits }: DirectoryAddress, work: (client: Client, isTlsBegun: () => boolean) => Promise<T>): Promise<T> {
  const sockets: Socket[] = [];
  const kept = <S extends Socket>(socket: S): S => {
    sockets.push(socket);
    return socket;
  };
  const client = new Client({
    url,
    timeout: limits.operationMs,
    connectTimeout: limits.operationMs,
    createConnection: ((port: number, host: string) => kept(connect(port, host))) as typeof connect,
    createSecureConnection: ((...args: Parameters<typeof connectTls>) => kept(connectTls(...args))) as typeof connectTls,
  });
  const guard = exceeded(sockets, limits);
  try {
    return await Promise.race([work(client, () => sockets.length > 1), guard.failure]);
  } finally {
    guard.stop();
    client.unbind().catch(() => undefined); // written at once; nobody waits for an answer
    for (const socket of sockets) socket.destroy();
  }
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, "");

/** StartTLS with the server's name verified. What the server says when it has none; undefined when the connection is secure. */
async function startTls(client: Client, { url, isTlsBegun }: { url: string; isTlsBegun: () => boolean }): Promise<string | undefined> {
  const host = hostOf(url);
  try {
    await client.startTLS({ host, ...(isIP(host) ? {} : { servername: host }) });
    return undefined;
  } catch (error) {
    if (error instanceof ResultCodeError) return error.message.slice(0, LONGEST_REASON);
    throw isTlsBegun() ? new TlsFailed(error instanceof Error ? error.message : "TLS failed") : error;
  }
}

/** Runs `work` on a new connection: over TLS for `ldaps://`; for `ldap://` over StartTLS when the server has it and its name can be verified, else in plain text (spec: providers §C.2). */
export async function onDirectory<T>(address: DirectoryAddress, work: (client: Client) => Promise<T>): Promise<T> {
  const { url, onPlainText } = address;
  if (url.startsWith("ldaps:")) return onConnection(address, work);
  try {
    return await onConnection(address, async (client, isTlsBegun) => {
      const refusal = await startTls(client, { url, isTlsBegun });
      if (refusal !== undefined) onPlainText(refusal);
      return work(client);
    });
  } catch (error) {
    if (!(error instanceof TlsFailed)) throw error;
    onPlainText(error.message);
    return onConnection(address, work);
  }
}
