import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";

/** Where a mutation stands in its request. */
export interface MutationOrder {
  /** Whether other mutations run before it: what it finds now may be different when its turn comes. */
  afterOthers: boolean;
}

/** The part of a mutation that must not hold a transaction open (hashing, blocking hooks, calls to elsewhere), with the field's coerced arguments. */
export type Preparation = (ctx: ProjectContext, args: never, order: MutationOrder) => Promise<unknown>;

/** Which mutations are prepared before the request's transaction opens. Resolvers add theirs when they are made. */
@Injectable()
export class Preparations {
  private readonly byField = new Map<string, Preparation>();

  /** The mutation reads the result with `preparedFor`. */
  add(field: string, preparation: Preparation): void {
    this.byField.set(field, preparation);
  }

  /** The preparation of a mutation field, if it has one. */
  of(field: string): Preparation | undefined {
    return this.byField.get(field);
  }
}
