export { AdminAppModule } from "./admin-app.module.js";
export { createAdminService } from "./create-admin-service.js";
