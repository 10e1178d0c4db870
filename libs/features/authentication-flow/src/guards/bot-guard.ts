import { Injectable } from "@nestjs/common";
import { botProtectionUnavailable, botProtectionVerificationFailed } from "@gatehouse/domain-errors";
import { botProtectionVerificationFailed as verificationFailed } from "@gatehouse/domain-events";
import { BotProtection } from "@gatehouse/service-bot-protection";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { branchOf, type Run } from "../engine/run.js";
import { RunStore } from "../engine/run.store.js";
import type { BranchOption } from "../engine/options.js";
import type { Input, JsonSchema } from "../engine/step.js";

/** Whether branches demand a solved challenge, and checking it (spec: authentication flow §4.7, §4.8). */
@Injectable()
export class BotGuard {
  constructor(
    private readonly protection: BotProtection,
    private readonly runs: RunStore,
    private readonly outbox: EventOutbox,
  ) {}

  /** `{bot_protection}` of a shown option, or nothing. Identify options show it even when it is not asked for any more. */
  shown(run: Run, option: BranchOption, always = false): Record<string, unknown> {
    const provider = this.demanded(run, option);
    if (!provider || (!always && run.botShown === "success")) return {};
    return { bot_protection: { enabled: true, provider } };
  }

  /** The schema of `bot_protection` in the input of an option; undefined when it is not demanded. */
  schema(run: Run, option: BranchOption): JsonSchema | undefined {
    const provider = this.demanded(run, option);
    if (!provider || run.bot === "success") return undefined;
    return { type: "object", properties: { type: { const: provider.type }, response: { type: "string", maxLength: 16_384 } }, required: ["type", "response"] };
  }

  /** Checks the challenge of an input, if its option demands one. The outcome holds for the rest of the run. Throws the two errors of bot protection. */
  async verify(run: Run, option: BranchOption, input: Input): Promise<void> {
    if (!this.demanded(run, option) || run.bot === "success") return;
    if (run.bot === "failed") throw botProtectionVerificationFailed();
    const { response } = input.bot_protection as { response: string };
    const outcome = await this.protection.verify(run.ctx, { response });
    run.bot = outcome === "success" ? "success" : "failed";
    run.trace.add("bot_protection", "challenge", outcome);
    await this.runs.saveBotOutcome(run.ctx, run.record.id, run.bot);
    if (outcome === "unavailable") throw botProtectionUnavailable();
    if (outcome === "success") return;
    await this.outbox.appendNow(run.ctx, [verificationFailed({ token: response, provider_type: this.protection.provider(run.ctx)?.type ?? "" })]);
    throw botProtectionVerificationFailed();
  }

  private demanded(run: Run, option: BranchOption): { type: string } | undefined {
    const mode = run.state.memory.demands.botProtection ?? option.botProtection ?? branchOf(run, option).bot_protection?.mode;
    return mode === "always" ? this.protection.provider(run.ctx) : undefined;
  }
}
