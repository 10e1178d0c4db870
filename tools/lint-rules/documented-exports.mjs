import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const declaration = (name) => new RegExp(`^export (?:abstract |declare |async |default )*(?:class|function\\*?|interface|type|const|enum|let) ${name}\\b`, "m");

function sourceOf(index, specifier) {
  const base = path.resolve(path.dirname(index), specifier.replace(/\.js$/, ""));
  const file = [`${base}.ts`, `${base}.tsx`].find((f) => existsSync(f));
  return file ? readFileSync(file, "utf8") : "";
}

/** Is the text right before this position a doc comment, decorators aside? */
const documented = (text, at) => /\*\/\s*(?:\/\/[^\n]*\n\s*)*(?:@\w+(?:\([^;]*?\))?\s*)*$/.test(text.slice(0, at));

/** What a library's index.ts exports carries a doc comment where it is declared. */
export const documentedExports = {
  meta: { type: "problem", schema: [], messages: { missing: "`{{name}}` is exported to other libraries: give it a doc comment where it is declared." } },
  create(context) {
    const report = (node, name) => context.report({ node, messageId: "missing", data: { name } });
    const undocumented = (text, name) => {
      const found = declaration(name).exec(text);
      return found !== null && !documented(text, found.index);
    };
    return {
      ExportNamedDeclaration(node) {
        if (!node.source?.value.startsWith(".")) return;
        const text = sourceOf(context.filename, node.source.value);
        for (const { local } of node.specifiers) if (undocumented(text, local.name)) report(node, local.name);
      },
      ExportAllDeclaration(node) {
        if (!node.source.value.startsWith(".")) return;
        const text = sourceOf(context.filename, node.source.value);
        const all = text.matchAll(/^export (?:abstract |declare |async )*(?:class|function\*?|interface|type|const|enum) (\w+)/gm);
        for (const [, name] of new Map([...all].map((m) => [m[1], m])).values()) if (undocumented(text, name)) report(node, name);
      },
    };
  },
};
