import type { Loader } from "@gatehouse/platform-graphql";

/** Loaders of one request for fields that take arguments: one for each set of arguments, so that the field of many parents is still read in batches. */
export class ArgumentLoaders {
  private readonly made = new Map<string, Loader<unknown>>();

  /** The loader of a field with these arguments; made when it is asked for first. */
  of<T>(field: string, args: unknown, make: () => Loader<T>): Loader<T> {
    const key = `${field} ${JSON.stringify(args)}`;
    const loader = this.made.get(key) ?? make();
    this.made.set(key, loader as Loader<unknown>);
    return loader as Loader<T>;
  }

  /** Forgets what was read so far; a mutation has changed it. */
  clear(): void {
    this.made.clear();
  }
}
