import { parentPort, workerData } from "node:worker_threads";
import { Client } from "./client.mjs";

/** Logs in over and over with many callers, in a thread of its own: whoever measures beside it is not kept waiting by what the callers do here. */
const { base, emails, logins } = workerData;
const client = new Client(base, { connections: logins });
let on = true;
parentPort.on("message", () => {
  on = false;
});
const caller = async (n) => {
  while (on) {
    await client.logIn(emails[n % emails.length]);
    parentPort.postMessage("done");
  }
};
await Promise.all(Array.from({ length: logins }, (_, n) => caller(n)));
await client.pool.close();
parentPort.close();
