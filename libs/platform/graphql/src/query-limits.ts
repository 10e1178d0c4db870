/** How large an operation is. */
export interface OperationSize {
  /** Of the whole document. */
  tokens: number;
  kind: "query" | "mutation" | "subscription";
  /** Fields at the top, fragments expanded, aliases counted apart. */
  rootFields: number;
  /** Fields on the longest way down. */
  depth: number;
  /** Aliased fields, fragments expanded. */
  aliases: number;
  /** Fields that could be resolved when every list is as long as asked for. */
  cost: number;
}

/** Limits of one API. */
export interface QueryLimits {
  /** Tokens of the document. */
  tokens: number;
  mutations: number;
  depth: number;
  aliases: number;
  cost: number;
}

/** What the cost of a list is taken from when its arguments do not say. */
export interface QuerySizing {
  /** Length of a list field whose arguments name no size, by field; other fields count once. */
  lists: Readonly<Record<string, number>>;
  /** The same for fields at the top, where these differ. */
  topLists?: Readonly<Record<string, number>>;
  /** The largest page the server gives out, and where a list has another one, by field. */
  largestPage: number;
  largestPages?: Readonly<Record<string, number>>;
}

/** Why an operation is refused, or undefined when it is within the limits. */
export function limitViolation(size: OperationSize, limits: QueryLimits): string | undefined {
  if (size.kind === "mutation" && size.rootFields > limits.mutations) return `too many mutation fields in one request: got ${size.rootFields}, limit is ${limits.mutations}`;
  if (size.tokens > limits.tokens) return `query is too large: got ${size.tokens} tokens, limit is ${limits.tokens}`;
  if (size.depth > limits.depth) return `query is too deep: got ${size.depth} levels, limit is ${limits.depth}`;
  if (size.aliases > limits.aliases) return `too many aliases in one request: got ${size.aliases}, limit is ${limits.aliases}`;
  if (size.cost > limits.cost) return `query is too expensive: got ${size.cost}, limit is ${limits.cost}`;
  return undefined;
}
