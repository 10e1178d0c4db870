import { parseDuration } from "@gatehouse/platform-schema";

/** One environment variable: declared once, read by `readEnv`, listed in `docs/config/environment.md`. */
export interface EnvVariable<T = unknown> {
  name: string;
  /** How the value is written, for the documentation. */
  form: string;
  description: string;
  /** Text used when the variable is absent; `undefined` means required. */
  fallback?: string;
  /** An empty text is a value of its own; otherwise it counts as absent. */
  mayBeEmpty?: true;
  /** Turns text into the value; throws with a reason that reads after "<NAME> ". */
  parse(text: string): T;
}

const text = (name: string, description: string, fallback?: string): EnvVariable<string> => ({ name, form: "text", description, fallback, parse: (v) => v });
const bool = (name: string, description: string, fallback: "true" | "false"): EnvVariable<boolean> => ({
  name,
  form: "true | false",
  description,
  fallback,
  parse: (v) => {
    if (v !== "true" && v !== "false") throw new Error(`must be true or false, not "${v}"`);
    return v === "true";
  },
});
const int = (name: string, description: string, fallback: string): EnvVariable<number> => ({
  name,
  form: "whole number",
  description,
  fallback,
  parse: (v) => {
    if (!/^\d{1,9}$/.test(v)) throw new Error(`must be a whole number, not "${v}"`);
    return Number(v);
  },
});
const list = (name: string, description: string): EnvVariable<readonly string[]> => ({
  name,
  form: "comma-separated list",
  description,
  fallback: "",
  parse: (v) =>
    v
      .split(",")
      .map((s) => s.trim())
      .filter((s) => s !== ""),
});
const choice = <C extends string>(name: string, description: string, { choices, fallback }: { choices: readonly C[]; fallback: C }): EnvVariable<C> => ({
  name,
  form: choices.join(" | "),
  description,
  fallback,
  parse: (v) => {
    if (!choices.includes(v as C)) throw new Error(`must be one of ${choices.filter((c) => c !== "").join(", ")}, not "${v}"`);
    return v as C;
  },
});
const url = (name: string, description: string, protocols: readonly string[]): EnvVariable<string> => ({
  name,
  form: protocols.map((p) => `${p}//...`).join(" | "),
  description,
  parse: (v) => {
    if (!URL.canParse(v) || !protocols.includes(new URL(v).protocol)) throw new Error(`must be a URL starting with ${protocols.map((p) => `${p}//`).join(" or ")}`);
    return v;
  },
});
const address = (name: string, description: string, fallback: string): EnvVariable<{ host: string; port: number }> => ({
  name,
  form: "host:port",
  description,
  fallback,
  parse: (v) => {
    const match = /^(.*):(\d{1,5})$/.exec(v);
    if (!match || Number(match[2]) > 65535) throw new Error(`must look like 0.0.0.0:3000, not "${v}"`);
    return { host: match[1] || "0.0.0.0", port: Number(match[2]) };
  },
});

/** A rate limit; empty for none. */
const limit = (name: string, description: string, fallback: string): EnvVariable<{ enabled: boolean; period: string; burst: number } | undefined> => ({
  name,
  form: "burst/period, such as 50/24h; empty for no limit",
  description,
  fallback,
  mayBeEmpty: true,
  parse: (v) => {
    if (v === "") return undefined;
    const [, burst, period = ""] = /^([1-9]\d{0,8})\/(.{1,50})$/.exec(v) ?? [];
    if (!burst || !parseDuration(period)) throw new Error(`must look like 50/24h, not "${v}"`);
    return { enabled: true, period, burst: Number(burst) };
  },
});

const STORE_TYPES = ["", "AWS_S3", "ALIBABA_CLOUD_OSS", "MINIO"] as const;
type StoreType = (typeof STORE_TYPES)[number];

/** What each type of object store needs, by the end of the field's and of the variable's name. */
const storeSettings = {
  AwsS3Region: "AWS_S3_REGION",
  AwsS3BucketName: "AWS_S3_BUCKET_NAME",
  AwsS3AccessKeyId: "AWS_S3_ACCESS_KEY_ID",
  AwsS3SecretAccessKey: "AWS_S3_SECRET_ACCESS_KEY",
  AlibabaCloudOssRegion: "ALIBABA_CLOUD_OSS_REGION",
  AlibabaCloudOssBucketName: "ALIBABA_CLOUD_OSS_BUCKET_NAME",
  AlibabaCloudOssAccessKeyId: "ALIBABA_CLOUD_OSS_ACCESS_KEY_ID",
  AlibabaCloudOssSecretAccessKey: "ALIBABA_CLOUD_OSS_SECRET_ACCESS_KEY",
  MinioEndpoint: "MINIO_ENDPOINT",
  MinioBucketName: "MINIO_BUCKET_NAME",
  MinioAccessKeyId: "MINIO_ACCESS_KEY_ID",
  MinioSecretAccessKey: "MINIO_SECRET_ACCESS_KEY",
} as const;
type StoreSetting = keyof typeof storeSettings;
type StoreVariables<F extends string> = { readonly [K in StoreSetting as `${F}${K}`]: EnvVariable<string> } & { readonly [K in `${F}Type`]: EnvVariable<StoreType> };

/** The variables of one purpose's object store (spec/operations.md §3.5). */
function objectStore<F extends string>(field: F, { prefix, purpose }: { prefix: string; purpose: string }): StoreVariables<F> {
  const types = STORE_TYPES.filter((name) => name !== "");
  const type = choice(`${prefix}TYPE`, `Where ${purpose} are kept; empty: in GATEHOUSE_OBJECT_STORE_DIR.`, { choices: STORE_TYPES, fallback: "" });
  const settings = Object.entries(storeSettings).map(([ending, name]) => {
    const chosen = types.find((known) => name.startsWith(`${known}_`));
    return [`${field}${ending}`, text(`${prefix}${name}`, `Needed when ${prefix}TYPE=${chosen}.`, "")];
  });
  return { [`${field}Type`]: { ...type, form: types.join(" | ") }, ...Object.fromEntries(settings) } as unknown as StoreVariables<F>;
}

/** Every environment variable of the services. Names that Authgear has keep its name (spec/operations.md §3). */
export const envCatalogue = {
  databaseUrl: url("DATABASE_URL", "The PostgreSQL database.", ["postgres:", "postgresql:"]),
  databasePoolSize: int("DATABASE_CONFIG_MAX_OPEN_CONN", "Connections each process may open.", "10"),
  redisUrl: url("REDIS_URL", "The Redis server, or its socket on this machine.", ["redis:", "rediss:", "unix:"]),
  eventStream: choice("EVENT_STREAM", "What carries events to their consumers.", { choices: ["redis", "kafka"], fallback: "redis" }),
  kafkaBrokers: list("KAFKA_BROKERS", "Kafka brokers (host:port), required when EVENT_STREAM=kafka."),
  searchImplementation: choice("SEARCH_IMPLEMENTATION", "What answers user searches of projects that do not say.", {
    choices: ["postgresql", "elasticsearch", "none"],
    fallback: "postgresql",
  }),
  elasticsearchUrl: text("ELASTICSEARCH_URL", "Elasticsearch or OpenSearch of projects without a server of their own, with user and password if it wants any.", ""),
  devMode: bool("DEV_MODE", "Development conveniences: inbox, test kit, loopback hooks. Never in production.", "false"),
  trustProxy: bool("TRUST_PROXY", "Believe X-Forwarded-* headers; only behind a proxy that overwrites them.", "false"),
  logLevel: choice("LOG_LEVEL", "Least severe log level written.", { choices: ["debug", "info", "warn", "warning", "error"], fallback: "warn" }),
  mainListenAddr: address("MAIN_LISTEN_ADDR", "Where the auth service listens.", "0.0.0.0:3000"),
  resolverListenAddr: address("RESOLVER_LISTEN_ADDR", "Where the resolver listens.", "0.0.0.0:3001"),
  adminListenAddr: address("ADMIN_LISTEN_ADDR", "Where the Admin API listens.", "0.0.0.0:3002"),
  portalListenAddr: address("PORTAL_LISTEN_ADDR", "Where the portal listens.", "0.0.0.0:3003"),
  hooksListenAddr: address("HOOKS_LISTEN_ADDR", "Where the worker answers health checks and metrics.", "0.0.0.0:3006"),
  adminApiAuth: choice("ADMIN_API_AUTH", "How Admin API callers prove themselves; `none` switches the check off.", { choices: ["jwt", "none"], fallback: "jwt" }),
  adminApiEndpoint: text("ADMIN_API_ENDPOINT", "Where the portal reaches the Admin API.", "http://localhost:3002"),
  operatorToken: text("GATEHOUSE_OPERATOR_TOKEN", "Bearer token of the operator API; without it the operator API answers 401 to everyone.", ""),
  defaultProjectId: text("GATEHOUSE_DEFAULT_PROJECT", "Project of the hosts `localhost` and `127.0.0.1` in development mode.", "demo"),
  publicPort: int("GATEHOUSE_PUBLIC_PORT", "Port in the public origins of generated projects in development mode.", "3000"),
  appHostSuffix: text("APP_HOST_SUFFIX", "Suffix that, after a project's id, makes its default domain.", ".localhost"),
  portalAuthgearAppId: text("AUTHGEAR_APP_ID", "The project whose users sign in to the portal.", "accounts"),
  portalAuthgearClientId: text("AUTHGEAR_CLIENT_ID", "The portal's OAuth client in that project.", "portal"),
  portalAuthgearEndpoint: text("AUTHGEAR_ENDPOINT", "Public origin of that project.", "http://accounts.localhost:3000"),
  portalWebDir: text("PORTAL_WEB_DIR", "Folder of the built portal front end; empty serves the API alone.", ""),
  migrationsDir: text("GATEHOUSE_MIGRATIONS_DIR", "Folder of the SQL migrations.", "db/migrations"),
  corsAllowedOrigins: list("CORS_ALLOWED_ORIGINS", "Origins added to every project's CORS list."),
  sharedAuthgearEndpoint: text(
    "SHARED_AUTHGEAR_ENDPOINT",
    "Public origin where social providers send people back to that projects use with demo credentials; empty: each project's own.",
    "",
  ),
  imagesCdnHost: text("IMAGES_CDN_HOST", "Host that serves profile pictures; empty serves them from the project's own.", ""),
  allowedFrameAncestors: list("ALLOWED_FRAME_ANCESTORS", "Origins that may frame the hosted pages."),
  passwordHashConcurrency: int("GATEHOUSE_PASSWORD_HASH_CONCURRENCY", "Password hashes computed at once; 0 means one less than the cores.", "0"),
  rateLimitsSms: limit("RATE_LIMITS_SMS", "SMS and WhatsApp messages of the whole deployment.", ""),
  rateLimitsSmsPerIp: limit("RATE_LIMITS_SMS_PER_IP", "The same, for each client address.", ""),
  rateLimitsSmsPerTarget: limit("RATE_LIMITS_SMS_PER_TARGET", "The same, for each phone number.", "50/24h"),
  rateLimitsEmail: limit("RATE_LIMITS_EMAIL", "E-mails of the whole deployment.", ""),
  rateLimitsEmailPerIp: limit("RATE_LIMITS_EMAIL_PER_IP", "The same, for each client address.", ""),
  rateLimitsEmailPerTarget: limit("RATE_LIMITS_EMAIL_PER_TARGET", "The same, for each e-mail address.", "50/24h"),
  rateLimitsTaskUserImport: limit("RATE_LIMITS_TASK_USER_IMPORT", "Tasks of user imports, a hundred records each, of the whole deployment.", ""),
  rateLimitsTaskUserExport: limit("RATE_LIMITS_TASK_USER_EXPORT", "User exports of the whole deployment.", ""),
  botProtectionCloudflareEndpoint: text(
    "E2E_BOT_PROTECTION_CLOUDFLARE_ENDPOINT",
    "Where Turnstile answers are verified; another one in tests only.",
    "https://challenges.cloudflare.com/turnstile/v0/siteverify",
  ),
  botProtectionRecaptchaEndpoint: text(
    "E2E_BOT_PROTECTION_RECAPTCHAV2_ENDPOINT",
    "Where reCAPTCHA answers are verified; another one in tests only.",
    "https://www.google.com/recaptcha/api/siteverify",
  ),
  smsDefaultSource: choice("SMS_GATEWAY_DEFAULT_USE_CONFIG_FROM", "Whose SMS credentials serve projects that do not say: the deployment's below, or the project's secrets.", {
    choices: ["environment_variable", "authgear.secrets.yaml"],
    fallback: "authgear.secrets.yaml",
  }),
  smsDefaultProvider: choice("SMS_GATEWAY_DEFAULT_PROVIDER", "Which of the deployment's SMS providers is used; empty: the only one that is set.", {
    choices: ["", "nexmo", "twilio", "custom"] as const,
    fallback: "",
  }),
  smsTwilioAccountSid: text("SMS_GATEWAY_TWILIO_ACCOUNT_SID", "The deployment's own Twilio account.", ""),
  smsTwilioAuthToken: text("SMS_GATEWAY_TWILIO_AUTH_TOKEN", "Its token.", ""),
  smsTwilioMessagingServiceSid: text("SMS_GATEWAY_TWILIO_MESSAGING_SERVICE_SID", "Its messaging service; without one, the sender of the translations is named.", ""),
  smsNexmoApiKey: text("SMS_GATEWAY_NEXMO_API_KEY", "The deployment's own account at Nexmo (Vonage).", ""),
  smsNexmoApiSecret: text("SMS_GATEWAY_NEXMO_API_SECRET", "Its secret.", ""),
  smsCustomUrl: text("SMS_GATEWAY_CUSTOM_URL", "The deployment's own web hook that sends SMS; each call is signed with the key of the project it is for.", ""),
  smsCustomTimeout: int("SMS_GATEWAY_CUSTOM_TIMEOUT", "Seconds that it may take, at most 60; 0 for 60.", "0"),
  whatsappApiType: choice("WHATSAPP_API_TYPE", "WhatsApp interface of projects that name none.", { choices: ["on-premises", "cloud-api"], fallback: "on-premises" }),
  whatsappCloudApiEndpoint: text("E2E_WHATSAPP_CLOUD_API_ENDPOINT", "Where WhatsApp's Cloud API is; another one in tests only.", "https://graph.facebook.com/v22.0"),
  counters: bool("GATEHOUSE_BENCH", "Serve /debug/counters for the benchmark.", "false"),
  metrics: bool("GATEHOUSE_METRICS", "Serve Prometheus metrics at /metrics on each service.", "false"),
  auditLogRetentionDays: int("GATEHOUSE_AUDIT_LOG_RETENTION_DAYS", "Days that lines of the audit log are kept, by whole months; 0 keeps them for ever.", "180"),
  auditLogSigningKey: text(
    "GATEHOUSE_AUDIT_LOG_SIGNING_KEY",
    "Private JWK with a kid that signs checkpoints of the audit log; without it each project's `oauth` key signs, which is stored in the same database.",
    "",
  ),
  objectStoreDir: text("GATEHOUSE_OBJECT_STORE_DIR", "Folder of profile pictures and exports where no other object store is set; empty for none.", ""),
  ...objectStore("imagesObjectStore", { prefix: "IMAGES_OBJECT_STORE_", purpose: "profile pictures" }),
  ...objectStore("userExportObjectStore", { prefix: "USEREXPORT_OBJECT_STORE_", purpose: "exports of users" }),
  otelTracesExporter: choice("OTEL_TRACES_EXPORTER", "Where traces go.", { choices: ["none", "otlp"], fallback: "none" }),
} as const satisfies Record<string, EnvVariable>;
