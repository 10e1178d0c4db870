import ipaddr from "ipaddr.js";
import type { ProjectContext } from "@gatehouse/domain-project";
import { countryOfIp } from "@gatehouse/platform-geo-ip";

interface Source {
  cidrs?: readonly string[] | undefined;
  geo_location_codes?: readonly string[] | undefined;
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, cidr: string): boolean {
  if (!ipaddr.isValidCIDR(cidr)) return false;
  const [range, bits] = ipaddr.parseCIDR(cidr);
  return address.kind() === range.kind() && address.match(range as never, bits);
}

/** Whether the project lets the client's address in: the first rule that matches decides, by range or by country (spec: protection §6.2). */
export function isAdmitted({ project, request: { ip } }: ProjectContext): boolean {
  const { default_action, rules = [] } = project.config.network_protection.ip_filter;
  if (rules.length === 0 || !ipaddr.isValid(ip)) return default_action !== "deny";
  const address = ipaddr.process(ip);
  const country = rules.some(({ source }) => source.geo_location_codes?.length) ? countryOfIp(ip) : undefined;
  const matches = ({ cidrs = [], geo_location_codes = [] }: Source): boolean =>
    cidrs.some((cidr) => isWithin(address, cidr)) || (country !== undefined && geo_location_codes.some((code) => code.toUpperCase() === country));
  return (rules.find(({ source }) => matches(source))?.action ?? default_action) !== "deny";
}
