import { Route, Routes } from "react-router";
import { AuditLogPage } from "./pages/audit-log-page.js";
import { ConfigPage } from "./pages/config-page.js";
import { CreateProjectPage } from "./pages/create-project-page.js";
import { InboxPage } from "./pages/inbox-page.js";
import { NotFoundPage } from "./pages/not-found-page.js";
import { OverviewPage } from "./pages/overview-page.js";
import { ProjectsPage } from "./pages/projects-page.js";
import { UsersPage } from "./pages/users-page.js";
import { WebhooksPage } from "./pages/webhooks-page.js";
import { Shell } from "./shell/shell.js";

/** Which page a path shows. */
export function App() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<ProjectsPage />} />
        <Route path="oauth-redirect" element={<ProjectsPage />} />
        <Route path="new" element={<CreateProjectPage />} />
        <Route path="projects/:projectId">
          <Route index element={<OverviewPage />} />
          <Route path="configuration" element={<ConfigPage />} />
          <Route path="users" element={<UsersPage />} />
          <Route path="audit-log" element={<AuditLogPage />} />
          <Route path="webhooks" element={<WebhooksPage />} />
          <Route path="inbox" element={<InboxPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
