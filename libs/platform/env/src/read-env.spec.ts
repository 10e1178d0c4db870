import { describe, expect, it } from "vitest";
import { EnvError, readEnv } from "./read-env.js";

const good = { DATABASE_URL: "postgres://u@h/db", REDIS_URL: "redis://h" };

describe("readEnv", () => {
  it("fills defaults", () => {
    const env = readEnv(good);
    expect(env.mainListenAddr).toEqual({ host: "0.0.0.0", port: 3000 });
    expect(env.devMode).toBe(false);
    expect(env.rateLimitsSms).toBeUndefined();
    expect(env.rateLimitsSmsPerTarget).toEqual({ enabled: true, burst: 50, period: "24h" });
    expect(env.botProtectionCloudflareEndpoint).toBe("https://challenges.cloudflare.com/turnstile/v0/siteverify");
    expect(env.botProtectionRecaptchaEndpoint).toBe("https://www.google.com/recaptcha/api/siteverify");
  });

  it("reads limits of the deployment, which an empty text switches off", () => {
    const env = readEnv({ ...good, RATE_LIMITS_SMS: "1000/1h30m", RATE_LIMITS_EMAIL_PER_TARGET: "" });
    expect(env.rateLimitsSms).toEqual({ enabled: true, burst: 1000, period: "1h30m" });
    expect(env.rateLimitsEmailPerTarget).toBeUndefined();
  });

  it.each([
    [{ ...good, DATABASE_URL: undefined }, "DATABASE_URL is not set: The PostgreSQL database."],
    [{ ...good, DATABASE_URL: "mysql://x" }, "DATABASE_URL must be a URL starting with postgres:// or postgresql://."],
    [{ ...good, DEV_MODE: "yes" }, 'DEV_MODE must be true or false, not "yes".'],
    [{ ...good, MAIN_LISTEN_ADDR: "3000" }, 'MAIN_LISTEN_ADDR must look like 0.0.0.0:3000, not "3000".'],
    [{ ...good, RATE_LIMITS_SMS: "50 a day" }, 'RATE_LIMITS_SMS must look like 50/24h, not "50 a day".'],
    [{ ...good, RATE_LIMITS_SMS: "0/1m" }, 'RATE_LIMITS_SMS must look like 50/24h, not "0/1m".'],
    [{ ...good, RATE_LIMITS_SMS: "5/0s" }, 'RATE_LIMITS_SMS must look like 50/24h, not "5/0s".'],
    [{ ...good, IMAGES_OBJECT_STORE_TYPE: "FTP" }, 'IMAGES_OBJECT_STORE_TYPE must be one of AWS_S3, ALIBABA_CLOUD_OSS, MINIO, not "FTP".'],
    [
      { ...good, IMAGES_OBJECT_STORE_TYPE: "MINIO", IMAGES_OBJECT_STORE_MINIO_ENDPOINT: "http://m", IMAGES_OBJECT_STORE_MINIO_ACCESS_KEY_ID: "k" },
      [
        "IMAGES_OBJECT_STORE_MINIO_BUCKET_NAME is not set: IMAGES_OBJECT_STORE_TYPE=MINIO needs it.",
        "IMAGES_OBJECT_STORE_MINIO_SECRET_ACCESS_KEY is not set: IMAGES_OBJECT_STORE_TYPE=MINIO needs it.",
      ].join("\n"),
    ],
    [{ ...good, EVENT_STREAM: "kafka" }, "KAFKA_BROKERS is not set: EVENT_STREAM=kafka needs at least one broker."],
  ])("says in one sentence what is wrong", (source, message) => {
    expect(() => readEnv(source)).toThrow(new EnvError(message));
  });
});
