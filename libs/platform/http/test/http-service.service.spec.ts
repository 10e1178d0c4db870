import { Body, Controller, Get, HttpCode, Injectable, Module, Post } from "@nestjs/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "@gatehouse/platform-errors-core";
import { Access, createHttpService, Ctx, type HttpService } from "@gatehouse/platform-http";

@Injectable()
class Greeter {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

@Controller("probe")
@Access("public")
class ProbeController {
  constructor(private readonly greeter: Greeter) {}

  @Get("greet")
  greet(@Ctx() ctx: { name: string }): { text: string } {
    return { text: this.greeter.greet(ctx.name) };
  }

  @Post("echo")
  @HttpCode(200)
  echo(@Body() body: unknown): unknown {
    return { body: body ?? null };
  }

  @Get("refuse")
  refuse(): never {
    throw new ApiError("Forbidden", "NotToday", "not today", { day: 1 });
  }

  @Get("break")
  break(): never {
    throw new Error("database password is hunter2");
  }
}

@Module({ controllers: [ProbeController], providers: [Greeter] })
class ProbeModule {}

let service: HttpService;
let healthy = true;
const lines: string[] = [];
const log = () => ({
  level: "info",
  child: () => log(),
  info: (o: object) => lines.push(JSON.stringify(o)),
  error: () => 0,
  warn: () => 0,
  debug: () => 0,
  trace: () => 0,
  fatal: () => 0,
  silent: () => 0,
});

beforeAll(async () => {
  service = await createHttpService({
    name: "probe",
    module: ProbeModule,
    logger: log(),
    trustProxy: false,
    contextFor: async (info) => (info.hostname === "known.test" ? { name: "Ada" } : undefined),
    health: async () => {
      if (!healthy) throw new Error("down");
    },
    bodyLimit: 1000,
  });
});
afterAll(() => service.close());

const ask = (method: "GET" | "POST", url: string, extra: { payload?: string; headers?: Record<string, string> } = {}) =>
  service.fastify.inject({ method, url, payload: extra.payload, headers: { host: "known.test", ...extra.headers } });
const json = { "content-type": "application/json" };

describe("createHttpService", () => {
  it("injects by type and hands the context to the handler", async () => {
    const reply = await ask("GET", "/probe/greet");
    expect(reply.json()).toEqual({ text: "hello Ada" });
    expect(reply.headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  });

  it("does not know other hosts", async () => {
    const reply = await ask("GET", "/probe/greet", { headers: { host: "other.test" } });
    expect([reply.statusCode, reply.body]).toEqual([404, "app not found"]);
  });

  it("shows API errors and masks all others", async () => {
    expect((await ask("GET", "/probe/refuse")).json()).toEqual({ error: { name: "Forbidden", reason: "NotToday", message: "not today", code: 403, info: { day: 1 } } });
    const broken = await ask("GET", "/probe/break");
    expect(broken.statusCode).toBe(500);
    expect(broken.body).not.toContain("hunter2");
    expect(broken.json().error).toMatchObject({ name: "InternalError", reason: "UnexpectedError", message: "unexpected error occurred" });
  });

  it.each([
    ['{"a":1,}', 400, { name: "BadRequest", reason: "InvalidJSON" }],
    [`{"a":"${"x".repeat(2000)}"}`, 413, { name: "RequestEntityTooLarge" }],
  ])("refuses a bad body %s", async (payload, status, error) => {
    const reply = await ask("POST", "/probe/echo", { payload, headers: json });
    expect(reply.statusCode).toBe(status);
    expect(reply.json().error).toMatchObject(error);
  });

  it("reads forms, keeping the first value of a name", async () => {
    const reply = await ask("POST", "/probe/echo", { payload: "a=1&a=2&__proto__=x", headers: { "content-type": "application/x-www-form-urlencoded" } });
    expect(reply.json()).toMatchObject({ body: { a: "1" } });
  });

  it("answers unknown paths and wrong methods with typed 404s", async () => {
    expect((await ask("GET", "/nope")).json().error).toMatchObject({ name: "NotFound", code: 404 });
    expect((await ask("POST", "/probe/greet", { payload: "{}", headers: json })).statusCode).toBe(404);
  });

  it("is ready only when its dependencies answer, but alive without them", async () => {
    healthy = false;
    expect((await ask("GET", "/healthz")).statusCode).toBe(503);
    expect((await ask("GET", "/livez")).statusCode).toBe(200);
    healthy = true;
    expect((await ask("GET", "/healthz")).body).toBe("OK");
  });

  it("logs the path of a request without its query (no secret in the log)", async () => {
    await ask("GET", "/probe/greet?code=s3cr3t");
    expect(lines.at(-1)).toContain("/probe/greet");
    expect(lines.join()).not.toContain("s3cr3t");
  });
});
