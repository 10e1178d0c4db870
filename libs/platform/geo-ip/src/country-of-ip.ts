import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ipaddr from "ipaddr.js";
import { Reader } from "mmdb-lib";

/** A row of the country database. */
interface CountryRow {
  country_code?: string;
}

const ALPHA_2 = /^[A-Z]{2}$/;
const UNKNOWN = "ZZ";
const DATABASE = "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";

/** The database, read when it is first asked. */
class Countries {
  private reader?: Reader<never>;

  find(ip: string): string | undefined {
    this.reader ??= new Reader(readFileSync(createRequire(import.meta.url).resolve(DATABASE)));
    return (this.reader.get(ip) as CountryRow | null)?.country_code;
  }
}

const countries = new Countries();
const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** ISO 3166-1 alpha-2 code of the country of a public address (spec: protection §1, Geo); undefined for private and reserved ones, and for what is no address. */
export function countryOfIp(ip: string | undefined): string | undefined {
  if (!ip || !ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  if (address.range() !== "unicast") return undefined;
  const code = countries.find(address.toString())?.toUpperCase();
  return code && ALPHA_2.test(code) ? code : undefined;
}

/** The English name of a country; empty when the code names none. */
export function countryName(code: string | undefined): string {
  return code && code !== UNKNOWN && ALPHA_2.test(code) ? (names.of(code) ?? "") : "";
}
