import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type FlowRunner, flowRunner } from "./flow-runner.js";

type Json = Record<string, any>;

const EVENTS = ["authentication.pre_initialize", "authentication.post_identified", "authentication.pre_authenticated", "user.pre_create"];
const SECRET = { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } };

/** A server that hears of every blocking event of the projects that are made with it, and answers as a test wants. */
export class HookServer {
  /** What was heard, oldest first. */
  readonly calls: Json[] = [];
  /** Parts of the answers, by the type of the event. */
  answers: Record<string, Json> = {};
  /** What goes on while a handler thinks. */
  meanwhile: ((type: string) => Promise<void>) | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HookServer> {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const event = JSON.parse(body);
      hooks.calls.push(event);
      await hooks.meanwhile?.(event.type);
      response.end(JSON.stringify({ is_allowed: true, ...hooks.answers[event.type] }));
    });
    const hooks = new HookServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return hooks;
  }

  /** A project whose handlers hear of everything. */
  heard(authentication: Json = {}, config: Json = {}, secrets: { key: string; data: unknown }[] = []): Promise<FlowRunner> {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    return flowRunner({ authentication, secrets: [SECRET, ...secrets], config: { hook: { blocking_handlers: EVENTS.map((event) => ({ event, url })) }, ...config } });
  }

  reset(): void {
    this.calls.splice(0);
    this.answers = {};
    this.meanwhile = undefined;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
