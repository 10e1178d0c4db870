import type { Actor, Log, Project, ProjectContext, RequestInfo } from "@gatehouse/domain-project";
import { newUuid } from "@gatehouse/platform-ids";

/** What a context is made of. */
export interface ContextParts {
  project: Project;
  request: RequestInfo;
  actor: Actor;
  log: Log;
  /** The current time; the system clock when absent. */
  clock?: () => Date;
}

const systemClock = (): Date => new Date();

/** The frozen context of one request or job. */
export function buildContext(parts: ContextParts): ProjectContext {
  const { project, request, actor, log, clock } = parts;
  return Object.freeze({ project, request: Object.freeze(request), actor, log, now: clock ?? systemClock, newId: newUuid });
}
