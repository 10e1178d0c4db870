/** The one client for URLs that customers write. */
export { type Lookup, OutboundClient, type OutboundOptions, type OutboundRequest, type OutboundResponse } from "./outbound-client.js";
/** A call without an answer. */
export { OutboundError, type OutboundFailure } from "./outbound-error.js";
/** The judgement of an address. */
export { type AddressPolicy, isAddressAllowed } from "./check-address.js";
