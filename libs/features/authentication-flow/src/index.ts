export { AuthenticationFlowModule } from "./authentication-flow.module.js";
export type { FlowAnswer, FlowResult } from "./use-cases/flow-response.js";
export { type CreateFlowInput, type FlowVisitor, isFlowType, RunFlow } from "./use-cases/run-flow.js";
export { type Screen, type WebSession, WebSessions } from "./use-cases/web-sessions.js";
