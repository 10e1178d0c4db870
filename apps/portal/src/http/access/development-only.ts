import { Injectable } from "@nestjs/common";
import { notFound } from "@gatehouse/domain-errors";
import { EnvConfig } from "@gatehouse/platform-env";

/** Hides what exists in development mode only. */
@Injectable()
export class DevelopmentOnly {
  constructor(private readonly env: EnvConfig) {}

  /** Throws NotFound outside development mode. */
  demand(): void {
    if (!this.env.devMode) throw notFound();
  }
}
