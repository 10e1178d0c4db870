import { type DocumentNode, type FieldNode, getOperationAST, Kind, type SelectionSetNode, type ValueNode } from "graphql";
import type { OperationSize, QuerySizing } from "./query-limits.js";

type Size = Omit<OperationSize, "kind" | "tokens">;

/** What of a request its size depends on. */
export interface MeasuredRequest {
  document: DocumentNode;
  operationName?: string;
  variables?: Readonly<Record<string, unknown>>;
}

const CEILING = Number.MAX_SAFE_INTEGER;
const bounded = (value: number): number => Math.min(value, CEILING);

/**
 * Measures the selected operation in one walk: each fragment is measured once, however often it is spread. Undefined when the document selects no operation;
 * `"fragment_cycle"` when a fragment contains itself.
 */
export function measureOperation(request: MeasuredRequest, sizing: QuerySizing): OperationSize | "fragment_cycle" | undefined {
  const operation = getOperationAST(request.document, request.operationName);
  if (!operation) return undefined;
  const size = new Measure(request, sizing).selections(operation.selectionSet, true);
  return size ? { kind: operation.operation, tokens: request.document.tokenCount ?? 0, ...size } : "fragment_cycle";
}

class Measure {
  private readonly fragments: ReadonlyMap<string, SelectionSetNode>;
  /** Sizes of fragments; `open` while one is being measured. */
  private readonly known = new Map<string, Size | "open" | undefined>();

  constructor(
    private readonly request: MeasuredRequest,
    private readonly sizing: QuerySizing,
  ) {
    this.fragments = new Map(
      request.document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [])),
    );
  }

  /** The sum over a selection set, at the top of the operation or below; undefined for a fragment cycle. */
  selections(set: SelectionSetNode, top = false): Size | undefined {
    const sum: Size = { rootFields: 0, depth: 0, aliases: 0, cost: 0 };
    for (const selection of set.selections) {
      const size =
        selection.kind === Kind.FIELD
          ? this.field(selection, top)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.selections(selection.selectionSet, top)
            : this.fragment(selection.name.value, top);
      if (!size) return undefined;
      sum.rootFields = bounded(sum.rootFields + size.rootFields);
      sum.depth = Math.max(sum.depth, size.depth);
      sum.aliases = bounded(sum.aliases + size.aliases);
      sum.cost = bounded(sum.cost + size.cost);
    }
    return sum;
  }

  private field(field: FieldNode, top: boolean): Size | undefined {
    const inside = field.selectionSet ? this.selections(field.selectionSet) : { depth: 0, aliases: 0, cost: 0 };
    if (!inside) return undefined;
    return { rootFields: 1, depth: inside.depth + 1, aliases: bounded(inside.aliases + (field.alias ? 1 : 0)), cost: bounded(1 + this.length(field, top) * inside.cost) };
  }

  /** A fragment is of one type, so all its spreads are at the top or none is. */
  private fragment(name: string, top: boolean): Size | undefined {
    const known = this.known.get(name);
    if (known === "open") return undefined;
    if (known) return known;
    const set = this.fragments.get(name);
    if (!set) return { rootFields: 0, depth: 0, aliases: 0, cost: 0 };
    this.known.set(name, "open");
    const size = this.selections(set, top);
    this.known.set(name, size);
    return size;
  }

  /** How many elements a field may have. */
  private length(field: FieldNode, top: boolean): number {
    const given = (field.arguments ?? []).flatMap((argument) => {
      const value = this.value(argument.value);
      if (argument.name.value === "ids") return Array.isArray(value) ? [value.length] : [];
      return (argument.name.value === "first" || argument.name.value === "last") && typeof value === "number" && value >= 0
        ? [Math.min(value, this.sizing.largestPages?.[field.name.value] ?? this.sizing.largestPage)]
        : [];
    });
    return given.length > 0 ? Math.max(...given) : ((top ? this.sizing.topLists?.[field.name.value] : undefined) ?? this.sizing.lists[field.name.value] ?? 1);
  }

  private value(node: ValueNode): unknown {
    if (node.kind === Kind.VARIABLE) return this.request.variables?.[node.name.value];
    if (node.kind === Kind.LIST) return node.values;
    return node.kind === Kind.INT ? Number(node.value) : undefined;
  }
}
