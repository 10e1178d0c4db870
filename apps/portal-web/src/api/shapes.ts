/** What the portal API sends and takes. JSON keys are as on the wire. */

/** One thing wrong with a body or a configuration file. `location` is a JSON pointer (RFC 6901), "" for the root. */
export interface Cause {
  location: string;
  kind: string;
  details?: Record<string, unknown>;
  /** Place in the text, both counted from 1; present when the server knows it. */
  line?: number;
  column?: number;
}

export interface PortalSettings {
  /** Issuer of the project that developers sign in to. */
  authgear_endpoint: string;
  client_id: string;
  dev_mode: boolean;
}

export interface Viewer {
  id: string;
  email?: string | null;
  formatted_name?: string | null;
  /** Null or absent: no limit. */
  project_quota?: number | null;
  project_owner_count?: number;
}

export interface ProjectSummary {
  id: string;
  public_origin: string;
  role?: string | null;
  created_at?: string | null;
}

/** A file as text, with the checksum to hand back when saving. */
export interface ConfigFile {
  content: string;
  checksum: string;
}

export interface ProjectDetail {
  id: string;
  public_origin: string;
  files: { "authgear.yaml": ConfigFile };
}

export interface Page<T> {
  items: T[];
  totalCount: number;
}

export interface UserRow {
  id: string;
  created_at: string;
  last_login_at?: string | null;
  is_disabled?: boolean;
  is_anonymous?: boolean;
  disable_reason?: string | null;
  standard_attributes?: Record<string, unknown> | null;
  custom_attributes?: Record<string, unknown> | null;
}

export interface AuditLogRow {
  id: string;
  created_at: string;
  activity_type: string;
  user_id?: string | null;
  ip_address?: string | null;
  user_agent?: string | null;
  client_id?: string | null;
  data?: unknown;
}

export interface InboxMessage {
  id: string;
  created_at: string;
  channel: string;
  recipient: string;
  template?: string | null;
  subject?: string | null;
  body?: string | null;
  code?: string | null;
  link?: string | null;
}

export interface WebhookAttempt {
  attempt: number;
  started_at: string;
  duration_ms?: number | null;
  status_code?: number | null;
  error?: string | null;
}

export interface WebhookDelivery {
  id: string;
  event_id: string;
  event_type: string;
  handler_url: string;
  status: string;
  /** How often it was tried; some answers list the attempts instead. */
  attempts: number | WebhookAttempt[];
  created_at: string;
  updated_at?: string | null;
}
