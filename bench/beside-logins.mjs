import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { sendAtRate, sendByCallers, share } from "./measure.mjs";

/** The name that `--only` knows it by. */
export const BESIDE_LOGINS = "userinfo beside logins";

/** Password logins under way at the same time. */
const LOGINS = 200;

/** How often userinfo is measured alone and beside logins, in turn: a machine has quicker and slower minutes. */
const ROUNDS = 3;

/** Logs in over and over with many callers until it is stopped; resolves when a quarter of them has been through, for what is measured is not their arrival all at once. */
async function startStorm(base, users) {
  let done = 0;
  const storm = new Worker(new URL("./login-storm.mjs", import.meta.url), { workerData: { base, emails: users.map(({ email }) => email), logins: LOGINS } });
  const over = new Promise((resolve, reject) => storm.on("exit", resolve).on("error", reject));
  storm.on("message", () => {
    done += 1;
  });
  while (done < LOGINS / 4) await delay(50);
  return {
    done: () => done,
    stop() {
      storm.postMessage("stop");
      return over;
    },
  };
}

/** The ways in which userinfo is asked: by one caller, by as many as in the other scenarios, and at half of the rate it is to reach. */
const loads = (concurrency, perSecond) => ({
  "1 caller": (once, seconds) => sendByCallers(once, { callers: 1, seconds }),
  [`${concurrency} callers`]: (once, seconds) => sendByCallers(once, { callers: concurrency, seconds }),
  [`${perSecond}/s`]: (once, seconds) => sendAtRate(once, { perSecond, seconds }),
});

/** What was measured of one way: latencies alone and beside the logins, and how many of these went through meanwhile. */
class Measured {
  alone = [];
  beside = [];
  logins = 0;
  seconds = 0;

  report() {
    const [alone, beside] = [share(this.alone, 0.99), share(this.beside, 0.99)];
    return { p99_alone_ms: alone, p99_beside_ms: beside, ratio: beside / alone, logins_per_second: this.logins / this.seconds };
  }
}

/** Latencies of userinfo alone and while many logins wait for their password hashes, asked in several ways. */
export async function userinfoBesideLogins({ base, users, once }, { concurrency, perSecond, seconds }) {
  const ways = Object.entries(loads(concurrency, perSecond)).map(([name, send]) => ({ name, send, measured: new Measured() }));
  await sendByCallers(once, { callers: 1, seconds: 1 });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { send, measured } of ways) measured.alone.push((await send(once, seconds)).latencies);
    const storm = await startStorm(base, users);
    for (const { send, measured } of ways) {
      const before = { done: storm.done(), at: performance.now() };
      measured.beside.push((await send(once, seconds)).latencies);
      measured.logins += storm.done() - before.done;
      measured.seconds += (performance.now() - before.at) / 1000;
    }
    await storm.stop();
    // What the logins have left to do (events, web hooks, the audit log) is done first.
    await delay(5000);
  }
  for (const { measured } of ways) [measured.alone, measured.beside] = [measured.alone.flat(), measured.beside.flat()];
  return { logins_in_flight: LOGINS, ways: ways.map(({ name, measured }) => ({ load: name, ...measured.report() })) };
}
