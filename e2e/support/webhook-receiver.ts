import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedEvent {
  id: string;
  type: string;
  payload: any;
  signatureOk: boolean;
}

/** A web hook receiver as a customer would write one: it checks the signature over the raw body. */
export class WebhookReceiver {
  readonly events: ReceivedEvent[] = [];
  /** Set once the project's webhook secret is known. */
  secret: Buffer = Buffer.alloc(0);
  /** Addresses whose sign-up the blocking handler refuses. */
  readonly refused = new Set<string>();
  /** What the blocking handler says to an event, by its type. */
  readonly answers = new Map<string, (event: any) => object>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    let receiver: WebhookReceiver;
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const answer = receiver.receive(Buffer.concat(parts), String(request.headers["x-authgear-body-signature"] ?? ""));
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
    receiver = new WebhookReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private receive(body: Buffer, signature: string): object {
    const event = JSON.parse(body.toString("utf8"));
    const expected = createHmac("sha256", this.secret).update(body).digest();
    const given = Buffer.from(signature, "hex");
    this.events.push({ id: event.id, type: event.type, payload: event.payload, signatureOk: given.length === expected.length && timingSafeEqual(given, expected) });
    const answer = this.answers.get(event.type);
    if (answer) return answer(event);
    if (event.type !== "user.pre_create") return event.type.includes(".pre_") || event.type.includes(".post_") ? { is_allowed: true } : {};
    const refused = this.refused.has(event.payload.user.standard_attributes.email);
    return refused ? { is_allowed: false, title: "Not on the list", reason: "Only invited people may join." } : { is_allowed: true };
  }

  close(): void {
    this.server.close();
  }
}
