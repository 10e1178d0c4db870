import ipaddr from "ipaddr.js";

/** Which addresses a client may reach beside public ones. */
export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1: in development only. */
  allowLoopback: boolean;
  /** Private networks: for servers the operator names, never for a customer's URL. */
  allowPrivate?: boolean;
}

/** `::a.b.c.d`, deprecated, still routed to IPv4 by some hosts. */
const isIpv4Compatible = (address: ipaddr.IPv6): boolean => address.parts.slice(0, 6).every((part) => part === 0);

/**
 * Whether customers' URLs may lead to an address: public unicast only. Loopback, private, link-local (cloud metadata), carrier-grade NAT,
 * multicast, reserved, unspecified and every IPv6 form that wraps an IPv4 address other than a mapped one are refused; a mapped one is judged as IPv4.
 */
export function isAddressAllowed(text: string, policy: AddressPolicy): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const range = address.range();
  if (range === "loopback") return policy.allowLoopback;
  if (address.kind() === "ipv6" && isIpv4Compatible(address as ipaddr.IPv6)) return false;
  return range === "unicast" || (policy.allowPrivate === true && (range === "private" || range === "uniqueLocal"));
}
