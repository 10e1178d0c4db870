import { Controller, Get, Param } from "@nestjs/common";
import { flowTraceNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { FlowTraces, type TracedRequest } from "@gatehouse/record-flow-traces";
import { Access, Ctx } from "@gatehouse/platform-http";

/** Why an authentication flow went the way it did, by the `tracking_id` of one of its errors. An API of ours. */
@Access("admin")
@Controller("_api/admin/authentication_flow_traces")
export class FlowTracesController {
  constructor(private readonly traces: FlowTraces) {}

  /** The decisions, request by request, oldest first; kept 24 hours. 404 `AuthenticationFlowTraceNotFound` afterwards. */
  @Get(":trackingId")
  async read(@Ctx() ctx: ProjectContext, @Param("trackingId") trackingId: string): Promise<{ result: { tracking_id: string; requests: TracedRequest[] } }> {
    const requests = await this.traces.read(ctx, trackingId);
    if (!requests) throw flowTraceNotFound();
    return { result: { tracking_id: trackingId, requests } };
  }
}
