export { branchAt, checkFlowAllowed, findFlow, stepAt } from "./find-flow.js";
export {
  type Authentication,
  type AuthenticateOption,
  type Channel,
  type CodeRequest,
  enterBranch,
  FLOW_TYPES,
  type FlowState,
  type FlowType,
  type Identification,
  type Identified,
  type IdentifyOption,
  initialState,
  type RunMemory,
  type UsedAuthenticator,
  type Waiting,
} from "./flow-state.js";
export { generateLoginFlow, generateSignupFlow } from "./generate-default-flows.js";
