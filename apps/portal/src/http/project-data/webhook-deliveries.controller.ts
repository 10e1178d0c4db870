import type { ProjectContext } from "@gatehouse/domain-project";
import { ListDeliveries, ReplayDelivery } from "@gatehouse/feature-hooks";
import { Access, Ctx } from "@gatehouse/platform-http";
import { Controller, Get, HttpCode, Param, Post, Query } from "@nestjs/common";
import { webhookDelivery } from "./project-data.presenter.js";
import { pageQuery } from "./page-query.js";

/** Deliveries of a project's events to its web hooks. */
@Controller("api/v1/projects/:projectId/webhook-deliveries")
@Access("developer")
export class WebhookDeliveriesController {
  constructor(
    private readonly listDeliveries: ListDeliveries,
    private readonly replayDelivery: ReplayDelivery,
  ) {}

  @Get()
  async list(@Ctx() ctx: ProjectContext, @Query() query: Record<string, unknown>): Promise<object> {
    const { offset, limit } = pageQuery(query);
    const { deliveries, totalCount } = await this.listDeliveries.run(ctx, { offset, limit });
    return { webhook_deliveries: deliveries.map(webhookDelivery), total_count: totalCount };
  }

  @Post(":deliveryId/replay")
  @HttpCode(200)
  async replay(@Ctx() ctx: ProjectContext, @Param("deliveryId") id: string): Promise<object> {
    return webhookDelivery({ ...(await this.replayDelivery.run(ctx, { id })), log: [] });
  }
}
