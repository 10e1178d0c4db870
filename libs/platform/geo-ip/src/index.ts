/** Countries of IP addresses, offline. */
export { countryName, countryOfIp } from "./country-of-ip.js";
