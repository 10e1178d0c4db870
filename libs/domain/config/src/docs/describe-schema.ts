/** Descriptions by path: `a.b[].c`; `*` stands for one key, `{a,b}` for either. An exact path wins, then the first that fits. */
export type Texts = Readonly<Record<string, string>>;

interface Node extends Record<string, unknown> {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  wholeDefault?: unknown;
}

/** The pattern of a path in `Texts`. */
export function pathPattern(path: string): RegExp {
  const escaped = path.replace(/[.[\]]/g, "\\$&").replace(/\*/g, "[^.]+");
  return new RegExp(`^${escaped.replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(",", "|")})`)}$`);
}

/** A copy of a schema whose keys carry the descriptions given for their paths; those they have already stay. */
export function describeSchema<S>(schema: S, texts: Texts): S {
  const patterns = Object.entries(texts)
    .filter(([path]) => /[*{]/.test(path))
    .map(([path, text]) => [pathPattern(path), text] as const);
  const textOf = (path: string): string | undefined => texts[path] ?? patterns.find(([pattern]) => pattern.test(path))?.[1];
  const visit = (node: Node, path: string): Node => {
    const description = node.description ?? textOf(path);
    const copy: Node = { ...node, ...(description === undefined ? {} : { description }) };
    if (node.properties && !node.wholeDefault) {
      copy.properties = Object.fromEntries(Object.entries(node.properties).map(([key, child]) => [key, visit(child, path === "" ? key : `${path}.${key}`)]));
    }
    if (node.items?.properties) copy.items = visit(node.items, `${path}[]`);
    return copy;
  };
  return visit(schema as Node, "") as S;
}
