import type { Screen } from "@gatehouse/feature-authentication-flow";

/** The branch a page is about, and the state that offers it and the others. */
export interface Branch {
  stateToken: string;
  /** Place among the options of that state. */
  index: number;
  channel?: string;
  /** The pages have taken it; nobody chose it. */
  automatic: boolean;
}

/** The answer to a challenge of the bot protection. */
export interface BotAnswer {
  type: string;
  response: string;
}

/** A state of a flow with what the pages know beside it (spec: auth UI §3). */
export interface PageScreen extends Screen {
  branch?: Branch;
  /** The directory that a user name and password are asked for. */
  ldapServer?: string;
  /** An input that waits for the challenge of its option; it holds no secret. */
  waiting?: Record<string, unknown>;
  /** The answer that the next input takes along. */
  bot?: BotAnswer;
  /** Page that a visit of a social provider began at: path and query. */
  cameFrom?: string;
  /** The answer of WeChat that an app has brought: a query. */
  wechatCallback?: string;
  /** Steps of the kind `fill_in_user_profile` that are done. */
  profilesDone?: number;
}
