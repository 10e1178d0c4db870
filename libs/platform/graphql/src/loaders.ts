import DataLoader from "dataloader";

/** Collects the keys asked for in one turn and loads them together; lives as long as one request. */
export type Loader<T> = DataLoader<string, T>;

/** Keys that are loaded together (spec: admin API §4.4). */
const BATCH = 20;

/** A loader of single rows by id; an unknown id gives null. `load` returns the rows in any order. */
export function rowLoader<T extends { id: string }>(load: (ids: readonly string[]) => Promise<readonly T[]>): Loader<T | null> {
  return new DataLoader<string, T | null>(
    async (ids) => {
      const rows = new Map((await load(ids)).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { maxBatchSize: BATCH },
  );
}

/** A loader of lists by owner; an owner without rows gives an empty list. The order of `load` is kept inside each list. */
export function listLoader<T>(load: (owners: readonly string[]) => Promise<readonly T[]>, ownerOf: (row: T) => string): Loader<T[]> {
  return new DataLoader<string, T[]>(
    async (owners) => {
      const lists = Map.groupBy(await load(owners), ownerOf);
      return owners.map((owner) => lists.get(owner) ?? []);
    },
    { maxBatchSize: BATCH },
  );
}
