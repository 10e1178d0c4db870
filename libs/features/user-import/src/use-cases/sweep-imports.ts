import { Injectable } from "@nestjs/common";
import { ImportQueue } from "../import-queue.js";
import { StaleImports } from "../store/stale-imports.read.js";

const STANDSTILL_MS = 60_000;

/** Queues imports that a lost worker left, and forgets those of yesterday. */
@Injectable()
export class SweepImports {
  constructor(
    private readonly stale: StaleImports,
    private readonly queue: ImportQueue,
  ) {}

  /** How many stood still at `now`. */
  async run(now: Date): Promise<number> {
    await this.stale.purge(now);
    const found = await this.stale.list(new Date(now.getTime() - STANDSTILL_MS));
    await this.queue.add(found);
    return found.length;
  }
}
