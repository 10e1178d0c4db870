import { Injectable } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import { explainError, nonceOf, phoneInput } from "../pages/index.js";
import type { ShownError } from "./flow-visits.js";
import type { Form } from "./form-meaning.js";
import { formOf, goOn, type PageExchange, queryOf } from "./page-exchange.js";
import { PageErrors } from "./page-errors.js";
import { lockedMs } from "./page-parts.js";
import type { SettingsPage } from "./render-settings-frame.js";

/** Forms of settings pages: what went wrong is told on the page that the form came from (spec: auth UI §9). */
@Injectable()
export class SettingsForms {
  constructor(private readonly errors: PageErrors) {}

  /** What a page shows: the error of the form before, what was typed, and the way back: to `q_back_url`, else to `back`. */
  async page(ctx: ProjectContext, exchange: PageExchange, back = "/settings"): Promise<SettingsPage & { typed: Form; failure?: ShownError }> {
    const kept = await this.errors.take(ctx, exchange);
    const shown = {
      appName: projectName(ctx),
      action: exchange.request.url,
      nonce: nonceOf(exchange.reply),
      phone: () => phoneInput(ctx),
      typed: kept?.form ?? {},
      ...backOf(exchange, back),
    };
    return kept ? { ...shown, error: explainError(kept.error), failure: kept.error, lockedMs: lockedMs(kept.error, ctx.now()) } : shown;
  }

  /** Does the work of a form; a known error goes back to the page, or to `back`. */
  async attempt(ctx: ProjectContext, exchange: PageExchange, { work, back }: { work: () => Promise<void>; back?: string }): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isApiError(error)) throw error;
      await this.refuse(ctx, exchange, { error: error.toJSON(), ...(back ? { back } : {}) });
    }
  }

  /** Goes back to the page with an error. */
  async refuse(ctx: ProjectContext, exchange: PageExchange, { error, back }: { error: ShownError; back?: string }): Promise<void> {
    await this.errors.keep(ctx, exchange.reply, { error, form: formOf(exchange.request) });
    await goOn(exchange, back ?? exchange.request.url, "replace");
  }
}

/** Of an address in the query only path and query are taken, so that nobody is led elsewhere (spec: auth UI §4). A page of an app's action has no way back. */
function backOf({ request }: PageExchange, otherwise: string): { back?: string } {
  const { q_back_url: given = "", x_settings_action_id: action } = queryOf(request);
  if (action) return {};
  const url = given !== "" && URL.canParse(given, "http://here") ? new URL(given, "http://here") : undefined;
  return { back: url && /^\/(?!\/)/.test(url.pathname) ? url.pathname + url.search : otherwise };
}
