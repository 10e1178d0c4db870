import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient, OutboundError } from "@gatehouse/platform-outbound";

/** What a provider says of an answer; `unavailable` when it says nothing. */
export type BotProtectionOutcome = "success" | "failed" | "unavailable";

type ProviderType = "cloudflare" | "recaptchav2";

const TIMEOUT_MS = 60_000;

/** The providers of bot protection: Cloudflare Turnstile and reCAPTCHA v2 (spec: protection §4). */
@Injectable()
export class BotProtection implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;

  constructor(private readonly env: EnvConfig) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /** The provider that flows show; undefined unless the project has switched one on. */
  provider({ project }: ProjectContext): { type: ProviderType } | undefined {
    const { enabled, provider } = project.config.bot_protection;
    return enabled && provider ? { type: provider.type } : undefined;
  }

  /** Asks the provider about an answer. Throws a plain error for an empty one, and for what is no answer of a provider. */
  async verify(ctx: ProjectContext, { response }: { response: string }): Promise<BotProtectionOutcome> {
    const type = this.provider(ctx)?.type;
    const secret = ctx.project.secrets["bot_protection.provider"]?.secret_key;
    if (!type || !secret) throw new Error("bot protection is on without a provider or its secret");
    if (response === "") throw new Error("the answer to the challenge is empty");
    const form = new URLSearchParams({ secret, response, ...(ctx.request.ip ? { remoteip: ctx.request.ip } : {}) });
    try {
      const { body } = await this.outbound.send({
        method: "POST",
        url: type === "cloudflare" ? this.env.botProtectionCloudflareEndpoint : this.env.botProtectionRecaptchaEndpoint,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
        timeoutMs: TIMEOUT_MS,
      });
      return outcomeOf(type, body.toString("utf8"));
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      ctx.log.warn({ provider: type, failure: error.failure }, "The bot protection provider did not answer.");
      return "unavailable";
    }
  }
}

function outcomeOf(type: ProviderType, body: string): BotProtectionOutcome {
  const answer = JSON.parse(body) as { success?: unknown; "error-codes"?: unknown } | null;
  if (answer?.success === true) return "success";
  const codes = answer?.["error-codes"];
  if (!Array.isArray(codes) || codes.length === 0) throw new Error("the bot protection provider gave neither success nor a reason");
  return type === "cloudflare" && codes.includes("internal-error") ? "unavailable" : "failed";
}
