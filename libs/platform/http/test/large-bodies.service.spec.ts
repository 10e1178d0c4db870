import { request } from "node:http";
import { Body, Controller, Module, Post } from "@nestjs/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Access, createHttpService, type HttpService } from "@gatehouse/platform-http";

@Controller("probe")
@Access("public")
class ProbeController {
  @Post()
  echo(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const MIB = 1024 * 1024;
let service: HttpService;
let url: string;

beforeAll(async () => {
  const logger = { level: "info", child: () => logger, info: () => 0, error: () => 0, warn: () => 0, debug: () => 0, trace: () => 0, fatal: () => 0, silent: () => 0 };
  service = await createHttpService({ name: "probe", module: ProbeModule, logger, trustProxy: false, health: async () => undefined, bodyLimit: 1000 } as never);
  url = `${await service.listen({ host: "127.0.0.1", port: 0 })}/probe`;
});
afterAll(() => service.close());

/** A client as most are: it writes its whole body, part by part, before it looks for an answer. How much it could write. */
function post(headers: Record<string, string | number>, { mib, whole }: { mib: number; whole: boolean }): Promise<{ status: number; text: string; written: number }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent: false, headers: { "content-type": "application/json", ...headers } });
    let written = 0;
    const part = Buffer.alloc(MIB, "x");
    const write = (): void => {
      if (written === mib * MIB) {
        if (whole) outgoing.end();
        return;
      }
      outgoing.write(part, (error) => {
        if (error) return;
        written += MIB;
        setImmediate(write);
      });
    };
    outgoing.on("error", reject).on("response", (incoming) => {
      const parts: Buffer[] = [];
      incoming.on("data", (data: Buffer) => parts.push(data)).on("end", () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString(), written }));
    });
    outgoing.flushHeaders();
    write();
  });
}

const refused = { status: 413, text: expect.stringContaining('"JSONTooLarge"') };

describe("a body over the limit", () => {
  it("is refused once the client has written it, and so the client reads why", async () => {
    expect(await post({ "content-length": 20 * MIB }, { mib: 20, whole: true })).toEqual({ ...refused, written: 20 * MIB });
  });

  it("of unknown length likewise", async () => {
    expect(await post({ "transfer-encoding": "chunked" }, { mib: 20, whole: true })).toEqual({ ...refused, written: 20 * MIB });
  });

  it("that says it is huge is refused at once (resource exhaustion)", async () => {
    expect(await post({ "content-length": 65 * MIB }, { mib: 0, whole: false })).toMatchObject(refused);
  });

  it("that never ends is not listened to for ever (resource exhaustion)", async () => {
    expect(await post({ "content-length": 2 * MIB }, { mib: 1, whole: false })).toMatchObject(refused);
  });
});
