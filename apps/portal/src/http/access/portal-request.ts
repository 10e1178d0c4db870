import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import { type Developer } from "@gatehouse/feature-projects";
import type { FastifyRequest } from "@gatehouse/platform-http";

/** A request with what the guard learned about it. */
export interface PortalRequest extends FastifyRequest {
  params: Record<string, string>;
  developer?: Developer;
  gatehouseCtx?: unknown;
}

/** The signed-in developer of a route with access `developer`. */
export const SignedIn = createParamDecorator(
  (_data: unknown, execution: ExecutionContext): Developer | undefined => execution.switchToHttp().getRequest<PortalRequest>().developer,
);
