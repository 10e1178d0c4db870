import { createParamDecorator, type ExecutionContext } from "@nestjs/common";

/** The `ProjectContext` of the request, built once by the `onRequest` hook. */
export const Ctx = createParamDecorator((_data: unknown, execution: ExecutionContext) => {
  return execution.switchToHttp().getRequest<{ gatehouseCtx?: unknown }>().gatehouseCtx;
});
