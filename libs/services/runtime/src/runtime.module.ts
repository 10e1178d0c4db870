import { type DynamicModule, Global, Module } from "@nestjs/common";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { RedisConnection } from "@gatehouse/platform-redis";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { FraudCounters, FraudMetricStore, FraudProtection } from "@gatehouse/service-fraud-protection";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { Usage, UsageRecords } from "@gatehouse/service-usage";
import type { Resources } from "./open-resources.js";

const services = [ProjectRegistry, RateLimiter, EventOutbox, MessageQueue, BlockingHooks, ObjectStores, Usage, UsageRecords, FraudMetricStore, FraudCounters, FraudProtection];

/** Gives every module the process's singletons: resources by value, the services over them by class. */
@Global()
@Module({})
export class RuntimeModule {
  static forRoot(resources: Resources): DynamicModule {
    const values = [
      { provide: EnvConfig, useValue: resources.env },
      { provide: Database, useValue: resources.db },
      { provide: RedisConnection, useValue: resources.redis },
      { provide: PasswordHasher, useValue: resources.hasher },
    ];
    return { module: RuntimeModule, providers: [...values, ...services], exports: [...values.map((value) => value.provide), ...services] };
  }
}
