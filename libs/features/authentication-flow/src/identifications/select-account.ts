import { Injectable } from "@nestjs/common";
import { selectAccountSessionChanged } from "@gatehouse/domain-errors";
import { type RequestSession, RequestSessions } from "@gatehouse/record-sessions";
import { Accounts } from "@gatehouse/record-accounts";
import { Database } from "@gatehouse/platform-postgres";
import { accountName } from "../rules/account-name.js";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import { Identify } from "../identify/identify.js";
import type { IdentificationMethod } from "./identification-method.js";

const NEEDED_SCOPE = "https://authgear.com/scopes/pre-authenticated-url";

/** An account that the browser is signed in to already. */
interface AccountOption extends BranchOption {
  userId: string;
}

/** Going on as the user of the request's session (spec: authentication flow §6.1). */
@Injectable()
export class SelectAccountIdentification implements IdentificationMethod {
  readonly identifications = ["select_account"] as const;

  constructor(
    private readonly sessions: RequestSessions,
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly identify_: Identify,
  ) {}

  async options(run: Run, { config, ...at }: Asked): Promise<AccountOption[]> {
    if (run.record.suppressIdpSession || run.record.prompt?.includes("login")) return [];
    const session = await requestSession(run, this.sessions);
    if (!session?.scopes.includes(NEEDED_SCOPE)) return [];
    const userId = session.live.user.id;
    const [facts] = await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [userId]));
    if (!facts) return [];
    const { identification } = config;
    const shown = { identification, display_name: accountName(facts), user_id: userId };
    return [{ ...at, match: { identification }, indexed: true, shown, userId }];
  }

  input(): InputShape {
    return {};
  }

  async identify(run: Run, option: AccountOption): Promise<void> {
    const session = await requestSession(run, this.sessions);
    if (!session || session.live.user.id !== option.userId || !session.scopes.includes(NEEDED_SCOPE)) throw selectAccountSessionChanged();
    const { kind } = session.live;
    await this.identify_.asAccount(run, option, { identification: "select_account", userId: option.userId, session: { kind, id: session.live.session.id } });
  }
}

/** The session of the request, looked up once. */
async function requestSession(run: Run, sessions: RequestSessions): Promise<RequestSession | undefined> {
  if (run.session === undefined) {
    const resolution = await sessions.resolve(run.ctx, run.visitor);
    run.session = resolution.outcome === "valid" ? resolution.session : null;
  }
  return run.session ?? undefined;
}
