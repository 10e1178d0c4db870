import { spawn } from "node:child_process";

/** A broker for one test file. */
export interface KafkaBroker {
  brokers: string[];
  stop(): void;
}

/** The brokers of KAFKA_BROKERS, else the mock cluster inside librdkafka, started through kcat. Without either the tests fail: Kafka is never skipped silently. */
export async function startKafkaBroker(): Promise<KafkaBroker> {
  const given = process.env.KAFKA_BROKERS?.split(",").filter(Boolean);
  if (given?.length) return { brokers: given, stop: () => undefined };
  const child = spawn("kcat", ["-C", "-b", "x", "-t", "t", "-X", "test.mock.num.brokers=1", "-X", "debug=mock"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise<string>((resolve, reject) => {
    let log = "";
    child.once("error", () => reject(new Error("Kafka tests need KAFKA_BROKERS, or kcat for its mock cluster (apt-get install kcat).")));
    child.once("exit", (code) => reject(new Error(`kcat ended with ${code}: ${log.slice(-500)}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const port = /bootstrap\.servers=([\d.]+:\d+)|listening on ([\d.]+:\d+)|127\.0\.0\.1:(\d+)/.exec(log);
      if (port) resolve(port[1] ?? port[2] ?? `127.0.0.1:${port[3]}`);
    });
  });
  return { brokers: [address], stop: () => child.kill() };
}
