import type { FeatureConfig, ProjectConfig, SecretConfig } from "@gatehouse/domain-config";
import type { ProjectId } from "./ids.js";

/** What a project is for as long as one version of its files is in force: shared by all requests, frozen, compiled once. */
export interface Project {
  readonly id: ProjectId;
  /** Rises with every publish of the project's files. */
  readonly version: number;
  /** `authgear.yaml` with defaults filled in and feature constraints applied. */
  readonly config: ProjectConfig;
  readonly secrets: SecretConfig;
  readonly features: FeatureConfig;
  /** Verified hosts of the project, without port. */
  readonly domains: readonly string[];
  /** Resource files other than the three configuration files: path -> content. */
  readonly resources: ReadonlyMap<string, Uint8Array>;
}

/** What is known of the request (or job) at work. */
export interface RequestInfo {
  /** Correlates log lines and `tracking_id`. */
  readonly id: string;
  readonly method: string;
  /** Full URL as the client sees it. */
  readonly url: string;
  /** Client address; forwarding headers are read only behind a trusted proxy. Empty in jobs. */
  readonly ip: string;
  readonly userAgent: string;
  /** `Origin` header, if any. */
  readonly origin?: string;
  /** `Referer` header, if any. */
  readonly referer?: string;
  /** scheme://host the client used. */
  readonly publicOrigin: string;
  /** Preferred languages in order, from `ui_locales` or `Accept-Language`. */
  readonly locales: readonly string[];
}

/** On whose behalf the work is done. */
export type Actor =
  | { readonly type: "user" }
  | { readonly type: "admin_api"; readonly auditContext?: Readonly<Record<string, unknown>> }
  | { readonly type: "portal"; readonly userId: string }
  | { readonly type: "system" };

/** Structured log with the request's fields bound. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The first argument of every use case and store: immutable, built once per request or job. */
export interface ProjectContext {
  readonly project: Project;
  readonly request: RequestInfo;
  readonly actor: Actor;
  /** The current time; never `new Date()` in features, records and services. */
  readonly now: () => Date;
  /** A new UUID. */
  readonly newId: () => string;
  readonly log: Log;
  /** The OAuth client at work, once known; feeds event contexts. */
  readonly clientId?: string;
  /** `state` and `x_state` of the authorization request at work, if any; feeds event contexts. `ui_locales` is for messages. */
  readonly oauthState?: { readonly state?: string; readonly x_state?: string; readonly ui_locales?: string };
}
