import type { ProjectContext } from "@gatehouse/domain-project";
import { hmacSha256, constantTimeEqual } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { CodeStore, WhatsappMessageStore } from "@gatehouse/record-one-time-codes";
import { Injectable } from "@nestjs/common";
import { callbackData } from "../whatsapp/cloud-api.js";
import { whatsappStatusError } from "../whatsapp/whatsapp-api.js";

/** A status of a message as WhatsApp tells it. */
interface Status {
  id?: unknown;
  status?: unknown;
  biz_opaque_callback_data?: unknown;
  errors?: { code?: number }[];
}
interface Change {
  field?: unknown;
  value?: { metadata?: { phone_number_id?: unknown }; statuses?: Status[] };
}

const ARRIVED = new Set<unknown>(["sent", "delivered", "read"]);
const MAX_STATUSES = 1000;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** What WhatsApp hears back: an HTTP status, and a body. */
export interface CallbackAnswer {
  status: number;
  body: string;
}

/** Takes WhatsApp's news of messages (spec: messaging §6.4). */
@Injectable()
export class HandleWhatsappCallback {
  constructor(
    private readonly env: EnvConfig,
    private readonly codes: CodeStore,
    private readonly messages: WhatsappMessageStore,
  ) {}

  /** WhatsApp asks whether the address is ours: 404 without a web hook, 400 with another token. */
  subscribe({ project: { secrets } }: ProjectContext, query: URLSearchParams): CallbackAnswer {
    const webhook = secrets["whatsapp.cloud-api"]?.webhook;
    if (!webhook) return { status: 404, body: "" };
    const isOurs = query.get("hub.mode") === "subscribe" && constantTimeEqual(query.get("hub.verify_token") ?? "", webhook.verify_token);
    return isOurs ? { status: 200, body: query.get("hub.challenge") ?? "" } : { status: 400, body: "" };
  }

  /** 400 without a signature, 401 with a wrong one; what the signed body tells of other numbers or deployments is left alone. */
  async run(ctx: ProjectContext, { rawBody, body, signature }: { rawBody: string; body: unknown; signature: string | undefined }): Promise<CallbackAnswer> {
    const secret = ctx.project.secrets["whatsapp.cloud-api"];
    if (!secret?.webhook) return { status: 404, body: "" };
    if (!signature || !SIGNATURE.test(signature)) return { status: 400, body: "" };
    const expected = `sha256=${hmacSha256(secret.webhook.app_secret, rawBody).toString("hex")}`;
    if (!constantTimeEqual(signature, expected)) return { status: 401, body: "" };
    for (const status of statusesOf(body, secret.phone_number_id).slice(0, MAX_STATUSES)) {
      if (status.biz_opaque_callback_data === callbackData(this.env.appHostSuffix)) await this.take(ctx, secret.phone_number_id, status);
    }
    return { status: 200, body: "" };
  }

  private async take(ctx: ProjectContext, phoneNumberId: string, { id, status, errors }: Status): Promise<void> {
    const code = await this.messages.codeOf(ctx, { phoneNumberId, messageId: String(id) });
    if (!code) return;
    if (ARRIVED.has(status)) await this.codes.setDelivery(ctx, code, { status: "sent" });
    if (status === "failed") await this.codes.setDelivery(ctx, code, { status: "failed", error: whatsappStatusError(errors?.[0]?.code).toJSON() });
  }
}

const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as unknown[]).filter((item): item is T => typeof item === "object" && item !== null) : []);

/** The statuses of messages of one number. */
function statusesOf(body: unknown, phoneNumberId: string): Status[] {
  const entries = listOf<{ changes?: unknown }>((body as { entry?: unknown } | null)?.entry);
  const changes = entries
    .flatMap(({ changes: all }) => listOf<Change>(all))
    .filter(({ field, value }) => field === "messages" && value?.metadata?.phone_number_id === phoneNumberId);
  return changes.flatMap(({ value }) => listOf<Status>(value?.statuses));
}
