const doors = new Set(["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All", "Query", "Mutation", "Subscription", "ResolveReference"]);
const hosts = new Set(["Controller", "Resolver"]);

const names = (node) => (node.decorators ?? []).map(({ expression }) => (expression.type === "CallExpression" ? expression.callee.name : expression.name));

/** Every route and resolver says who may call it: `@Access(...)` on the method or its class. */
export const accessDeclared = {
  meta: { type: "problem", schema: [], messages: { missing: "Say who may call `{{name}}`: add @Access(...) to the method or its class." } },
  create(context) {
    return {
      MethodDefinition(node) {
        const own = names(node);
        const owner = node.parent.parent;
        const ofClass = names(owner);
        if (!own.some((n) => doors.has(n)) || !ofClass.some((n) => hosts.has(n))) return;
        if (own.includes("Access") || ofClass.includes("Access")) return;
        context.report({ node: node.key, messageId: "missing", data: { name: node.key.name } });
      },
    };
  },
};
