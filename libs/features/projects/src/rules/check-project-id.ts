import { appIdReserved, invalidAppId } from "@gatehouse/domain-errors";
import { reservedIds } from "./reserved-ids.js";

const PATTERN = /^[a-z0-9][a-z0-9-]{2,30}[a-z0-9]$/;

/** Demands the form of a project id: 4 to 32 characters of a-z, 0-9 and hyphen. Throws InvalidAppID. */
export function checkProjectId(id: string): void {
  if (!PATTERN.test(id)) throw invalidAppId();
}

/** What a developer, unlike the operator, may not choose: common sub-domain names and two letters with a hyphen. Throws InvalidAppID, AppIDReserved. */
export function checkChosenProjectId(id: string): void {
  checkProjectId(id);
  if (/^[a-z]{2}-/.test(id) || reservedIds.has(id)) throw appIdReserved();
}
