import { Module } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { HooksModule } from "@gatehouse/feature-hooks";
import { MessagesModule } from "@gatehouse/feature-messages";
import { OAuthModule } from "@gatehouse/feature-oauth";
import { ProjectsModule } from "@gatehouse/feature-projects";
import { AccessGuard } from "./http/access/access.guard.js";
import { DevelopmentOnly } from "./http/access/development-only.js";
import { ProjectContexts } from "./http/access/project-contexts.js";
import { AdminProxyController } from "./http/admin-proxy/admin-proxy.controller.js";
import { OpenApiController } from "./http/operator/openapi.controller.js";
import { OperatorProjectsController } from "./http/operator/operator-projects.controller.js";
import { TestKitController } from "./http/operator/test-kit.controller.js";
import { AuditLogsController } from "./http/project-data/audit-logs.controller.js";
import { WebhookDeliveriesController } from "./http/project-data/webhook-deliveries.controller.js";
import { InboxController } from "./http/project-data/inbox.controller.js";
import { UsersController } from "./http/project-data/users.controller.js";
import { CollaboratorsController, ProjectsController } from "./http/projects/projects.controller.js";
import { SettingsController } from "./http/settings/settings.controller.js";
import { ViewerController } from "./http/viewer/viewer.controller.js";

/** Controllers of the operator API; its OpenAPI document describes their routes. */
export const operatorControllers = [OperatorProjectsController, TestKitController];

/** The portal: REST of project developers, the operator API, what the front end needs. */
@Module({
  imports: [AuditLogModule, HooksModule, MessagesModule, OAuthModule, ProjectsModule],
  controllers: [
    SettingsController,
    OpenApiController,
    ...operatorControllers,
    ViewerController,
    ProjectsController,
    CollaboratorsController,
    UsersController,
    AuditLogsController,
    WebhookDeliveriesController,
    InboxController,
    AdminProxyController,
  ],
  providers: [DevelopmentOnly, ProjectContexts, { provide: APP_GUARD, useClass: AccessGuard }],
})
export class PortalAppModule {}
