import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP } from "node:net";
import { Database } from "@gatehouse/platform-postgres";
import { Agent, request } from "undici";
import { type AddressPolicy, isAddressAllowed } from "./check-address.js";
import { OutboundError, type OutboundFailure } from "./outbound-error.js";

/** One call. */
export interface OutboundRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** http or https. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Milliseconds for the whole call, from the look-up of the host to the last byte. */
  timeoutMs: number;
}

/** The answer, whatever its status; a redirect is an answer too. */
export interface OutboundResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

type LookupDone = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
/** Same form as `dns.lookup`. */
export type Lookup = (host: string, options: LookupOptions, done: LookupDone) => void;

/** What a client may do. */
export interface OutboundOptions extends AddressPolicy {
  /** Milliseconds to connect; 5 s. */
  connectTimeoutMs?: number;
  /** Bytes of an answer; 1 MiB. */
  maxResponseBytes?: number;
  /** Finds a host's addresses; the system's resolver. */
  lookup?: Lookup;
}

const refused = (host: string): OutboundError => new OutboundError("address-refused", `${host} leads to an address that may not be called`);

/** Looks a host up and lets through only what the policy allows: the connection uses the very addresses that were judged, so a second look-up cannot change them. */
function guardedLookup(policy: AddressPolicy, lookup: Lookup): Lookup {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const addresses = found as LookupAddress[];
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAddressAllowed(address, policy))) return done(refused(host), []);
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}

function classify(error: unknown): OutboundFailure {
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError" || name === "AbortError" || code === "UND_ERR_CONNECT_TIMEOUT" || code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT")
    return "timeout";
  return code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" ? "response-too-large" : "connection";
}

/** The one client for URLs that customers write. It follows no redirect, reads a bounded answer in bounded time, and reaches public addresses only. */
export class OutboundClient {
  private readonly agent: Agent;

  constructor(private readonly options: OutboundOptions) {
    this.agent = new Agent({
      connect: { timeout: options.connectTimeoutMs ?? 5_000, lookup: guardedLookup(options, options.lookup ?? (systemLookup as Lookup)) as never },
      maxResponseSize: options.maxResponseBytes ?? 1_048_576,
      keepAliveTimeout: 4_000,
      connections: 32,
    });
  }

  /** Sends one request. Throws `OutboundError` when no answer came, and a plain error inside a database transaction: a connection must not wait for strangers. */
  async send(call: OutboundRequest): Promise<OutboundResponse> {
    if (Database.isInTransaction()) throw new Error("An outbound call was made inside a database transaction.");
    this.checkUrl(call.url);
    try {
      const response = await request(call.url, {
        method: call.method,
        headers: call.headers,
        body: call.body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(call.timeoutMs),
      });
      return { status: response.statusCode, headers: response.headers, body: Buffer.from(await response.body.arrayBuffer()) };
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      const failure = classify(error);
      throw new OutboundError(failure, failure === "timeout" ? `no answer within ${call.timeoutMs} ms` : (error as Error).message, { cause: error });
    }
  }

  /** Ends idle connections; calls at work are cut off. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private checkUrl(text: string): void {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) throw new OutboundError("invalid-url", "the URL is not http or https");
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !isAddressAllowed(host, this.options)) throw refused(host); // a literal address is connected to without a look-up
  }
}
