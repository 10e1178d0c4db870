import { watchStolenTime } from "./stolen-time.mjs";

/** The latency that a share of all did not exceed, in milliseconds. */
export function share(latencies, part) {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Requests of a number of callers, each after the answer to its last; a latency counts from the sending. In milliseconds. */
export async function sendByCallers(once, { callers, seconds }) {
  const latencies = [];
  let [sent, errors] = [0, 0];
  const end = performance.now() + seconds * 1000;
  const caller = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      try {
        await once(sent++);
        latencies.push(performance.now() - begun);
      } catch {
        errors += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { latencies, errors };
}

/** Runs one scenario for a time with a fixed number of callers, after a warm-up of a second. */
export async function measure(client, name, once, { seconds, concurrency }) {
  await sendByCallers(once, { callers: concurrency, seconds: 1 });
  const before = await client.counters();
  const stolen = watchStolenTime();
  const begun = performance.now();
  const { latencies, errors } = await sendByCallers(once, { callers: concurrency, seconds });
  const elapsed = (performance.now() - begun) / 1000;
  const after = await client.counters();
  const per = (key) => (after[key] - before[key]) / Math.max(1, latencies.length);
  return {
    scenario: name,
    requests: latencies.length,
    requests_per_second: latencies.length / elapsed,
    p50_ms: share(latencies, 0.5),
    p99_ms: share(latencies, 0.99),
    stolen_percent: stolen(),
    errors,
    sql_per_request: per("sql"),
    redis_per_request: per("redis"),
    cpu_ms_per_request: (per("cpu_user_us") + per("cpu_system_us")) / 1000,
    rss_mb: after.rss / 1024 / 1024,
    heap_mb: after.heap_used / 1024 / 1024,
  };
}

/** Requests that come at a rate whether those before are answered or not; the latency of each counts from when it was due. In milliseconds. */
export async function sendAtRate(once, { perSecond, seconds }) {
  const latencies = [];
  let errors = 0;
  const answered = [];
  const begun = performance.now();
  for (let sent = 0; sent < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - begun) * perSecond) / 1000));
    for (; sent < due; sent += 1) {
      const at = begun + (sent * 1000) / perSecond;
      const done = once(sent).then(
        () => latencies.push(performance.now() - at),
        () => {
          errors += 1;
        },
      );
      answered.push(done);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(answered);
  return { latencies, errors };
}

/** The latency of a scenario at a rate, after a rest and a warm-up of a second each. */
export async function atRate(once, { perSecond, seconds }) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await sendAtRate(once, { perSecond, seconds: 1 });
  const stolen = watchStolenTime();
  const { latencies, errors } = await sendAtRate(once, { perSecond, seconds });
  return { per_second: perSecond, p50_ms: share(latencies, 0.5), p99_ms: share(latencies, 0.99), stolen_percent: stolen(), errors };
}
