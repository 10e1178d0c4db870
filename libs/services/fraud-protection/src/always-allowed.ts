import type { ProjectContext } from "@gatehouse/domain-project";
import { countryOfIp } from "@gatehouse/platform-geo-ip";
import ipaddr from "ipaddr.js";
import { RE2JS } from "re2js";
import type { AllowReason } from "./fraud-record.js";

/** RE2 takes linear time, whatever a project's developers wrote; an expression it refuses matches nothing. */
function matches(regex: string, phone: string): boolean {
  try {
    return RE2JS.compile(regex).matcher(phone).find();
  } catch {
    return false;
  }
}

function isWithin(ip: string, cidr: string): boolean {
  if (!ipaddr.isValid(ip) || !ipaddr.isValidCIDR(cidr)) return false;
  const [range, bits] = ipaddr.parseCIDR(cidr);
  const address = ipaddr.process(ip);
  return address.kind() === range.kind() && address.match(range as never, bits);
}

/** Why the project always serves this address or number: address by range, then by country; number by country, then by expression (spec: protection §5.3). */
export function alwaysAllowed(ctx: ProjectContext, { to, country }: { to: string; country: string }): AllowReason | undefined {
  const { ip_address, phone_number } = ctx.project.config.fraud_protection.decision.always_allow ?? {};
  const { ip } = ctx.request;
  if (ip_address?.cidrs?.some((cidr) => isWithin(ip, cidr))) return "always_allow_ip";
  const from = countryOfIp(ip);
  if (from && ip_address?.geo_location_codes?.includes(from)) return "always_allow_ip";
  if (phone_number?.geo_location_codes?.includes(country)) return "always_allow_phone";
  return phone_number?.regex?.some((regex) => matches(regex, to)) ? "always_allow_phone" : undefined;
}
