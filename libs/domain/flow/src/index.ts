/** Finding flows and their parts, and who may use them. */
export { checkFlowAllowed, findFlow } from "./find-flow.js";
/** Steps and branches by JSON pointer. */
export { branchAt, chosenAlong, stepAt } from "./flow-parts.js";
/** The state of a run and its pure changes. */
export {
  type At,
  currentFlow,
  embedFlow,
  enterBranch,
  type FlowState,
  initialState,
  isDone,
  planSteps,
  remember,
  resumeState,
  switchFlow,
  takeNext,
  type Todo,
  type Waiting,
} from "./flow-state.js";
export { type Authentication, type Channel, FLOW_TYPES, type FlowRef, type FlowType, type Identification } from "./flow-terms.js";
/** The generated flows. */
export { generateFlow } from "./generate-default-flows.js";
/** What a run knows. */
export {
  amrOfRun,
  type Asserted,
  type ContinuedSession,
  emptyMemory,
  type HookDemands,
  type Identified,
  type IncomingIdentity,
  type KnownAccount,
  type Linking,
  type NewAuthenticator,
  type NewIdentity,
  type ProvenClaim,
  type PasswordUpdate,
  type Recovery,
  type RecoveryTarget,
  type RunMemory,
  type SpentCode,
  unmetAmr,
  type UsedAuthenticator,
} from "./run-memory.js";
