import { SetMetadata } from "@nestjs/common";

/** Who may call a route: anyone, a signed-in end user, an Admin API key, the operator, or a project developer of the portal. */
export type AccessKind = "public" | "session" | "admin" | "operator" | "developer";

const KEY = "gatehouse:access";

/** Declares who may call a controller or route; the lint rule demands it on each one. */
export const Access = (kind: AccessKind) => SetMetadata(KEY, kind);

/** The declared access of a handler or class, for guards. */
export function accessOf(target: object): AccessKind | undefined {
  return Reflect.getMetadata(KEY, target) as AccessKind | undefined;
}
