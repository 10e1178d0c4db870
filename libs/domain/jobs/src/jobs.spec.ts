import { expect, it } from "vitest";
import { retryDelay, webhookDeliveryJob } from "./index.js";

it("tries a web hook six times over about an hour", () => {
  expect(webhookDeliveryJob.attempts).toBe(6);
  const minutes = webhookDeliveryJob.retryAfterSeconds.reduce((sum, seconds) => sum + seconds, 0) / 60;
  expect(minutes).toBeGreaterThan(55);
  expect(minutes).toBeLessThan(65);
  expect(retryDelay(webhookDeliveryJob, 1)).toBe(30_000);
  expect(retryDelay(webhookDeliveryJob, 6)).toBeUndefined();
});

it("refuses job data of another form", () => {
  expect(webhookDeliveryJob.is({ project_id: "p", delivery_id: "d" })).toBe(true);
  expect(webhookDeliveryJob.is({ project_id: "p" })).toBe(false);
});
