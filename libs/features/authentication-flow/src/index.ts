/** The flows and what they are made of. */
export { AuthenticationFlowModule } from "./authentication-flow.module.js";
/** What the browser brings to a run. */
export type { FlowVisitor } from "./engine/run.js";
/** What the API answers. */
export type { FlowAnswer, FlowResult } from "./use-cases/flow-response.js";
/** Creating, feeding and reading runs. */
export { RunFlow } from "./use-cases/run-flow.js";
/** What starts a run. */
export type { CreateFlowInput } from "./use-cases/start-run.js";
/** What browsers do on the hosted pages. */
export { type Screen, type WebSession, WebSessions } from "./use-cases/web-sessions.js";
