export { createPortalService } from "./create-portal-service.js";
export { PortalAppModule } from "./portal-app.module.js";
