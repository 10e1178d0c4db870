import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

/** How long a person has to answer. */
export const DEVICE_CODE_SECONDS = 600;
/** How long a device waits between two questions (RFC 8628 §3.2). */
export const DEVICE_POLL_SECONDS = 5;
/** Consonants and digits that nobody mistakes for others, and that spell no words (RFC 8628 §6.1). */
const USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";

/** What a device asks for. */
export interface DeviceAuthorization {
  clientId: string;
  scopes: string[];
  /** The API resources its access tokens are for (RFC 8707). */
  resources?: string[];
  /** What the person has said; nothing yet while it is absent. */
  decision?: { allowed: false } | { allowed: true; userId: string; authenticatedAt: number; amr: string[]; authorizationId: string };
}

/** The codes that a device gets: its own, and the one that a person types. */
export interface DeviceCodes {
  deviceCode: string;
  /** `XXXX-XXXX`. */
  userCode: string;
}

/** Device authorizations in Redis (RFC 8628): ten minutes, both codes hashed at rest. */
@Injectable()
export class DeviceAuthorizations {
  constructor(private readonly redis: RedisConnection) {}

  async create(ctx: ProjectContext, authorization: DeviceAuthorization): Promise<DeviceCodes> {
    const deviceCode = randomString(43, ALPHANUMERIC);
    const letters = randomString(8, USER_CODE_ALPHABET);
    const id = sha256Hex(deviceCode);
    await this.redis.client
      .pipeline()
      .set(this.key(ctx, id), JSON.stringify(authorization), "EX", DEVICE_CODE_SECONDS)
      .set(this.userKey(ctx, letters), id, "EX", DEVICE_CODE_SECONDS)
      .exec();
    return { deviceCode, userCode: `${letters.slice(0, 4)}-${letters.slice(4)}` };
  }

  /** What a device asks for, by the code that a person typed; case, spaces and dashes do not matter. Undefined when it is unknown, over or decided. */
  async byUserCode(ctx: ProjectContext, typed: string): Promise<DeviceAuthorization | undefined> {
    const id = await this.redis.client.get(this.userKey(ctx, lettersOf(typed)));
    return id ? this.byId(ctx, id) : undefined;
  }

  /** Notes what a person has said; once. False when there is nothing to decide any more. */
  async decide(ctx: ProjectContext, typed: string, decision: NonNullable<DeviceAuthorization["decision"]>): Promise<boolean> {
    const id = await this.redis.client.getdel(this.userKey(ctx, lettersOf(typed)));
    const found = id ? await this.byId(ctx, id) : undefined;
    if (!id || !found) return false;
    return (await this.redis.client.set(this.key(ctx, id), JSON.stringify({ ...found, decision }), "KEEPTTL", "XX")) !== null;
  }

  /** What has become of a device's code; undefined when it is unknown or over. */
  async byDeviceCode(ctx: ProjectContext, deviceCode: string): Promise<DeviceAuthorization | undefined> {
    return this.byId(ctx, sha256Hex(deviceCode));
  }

  /** Notes that a device has asked; false when it asked too soon, which makes it wait five seconds longer from now on. */
  async mayPoll(ctx: ProjectContext, deviceCode: string): Promise<boolean> {
    const id = sha256Hex(deviceCode);
    const waits = projectKey(ctx, "device-poll", id);
    const slower = projectKey(ctx, "device-slower", id);
    const interval = DEVICE_POLL_SECONDS + Number((await this.redis.client.get(slower)) ?? 0);
    if ((await this.redis.client.set(waits, "1", "EX", interval, "NX")) !== null) return true;
    await this.redis.client.pipeline().incrby(slower, DEVICE_POLL_SECONDS).expire(slower, DEVICE_CODE_SECONDS).exec();
    return false;
  }

  /** Takes a code that was decided; of many at once one does. */
  async consume(ctx: ProjectContext, deviceCode: string): Promise<boolean> {
    return (await this.redis.client.getdel(this.key(ctx, sha256Hex(deviceCode)))) !== null;
  }

  private async byId(ctx: ProjectContext, id: string): Promise<DeviceAuthorization | undefined> {
    const stored = await this.redis.client.get(this.key(ctx, id));
    return stored ? (JSON.parse(stored) as DeviceAuthorization) : undefined;
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "device-code", id);
  }

  private userKey(ctx: ProjectContext, letters: string): string {
    return projectKey(ctx, "user-code", sha256Hex(letters));
  }
}

const lettersOf = (typed: string): string =>
  typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[^A-Z]/g, "");
