const relations = new Set(["OneToOne", "OneToMany", "ManyToOne", "ManyToMany", "JoinColumn", "JoinTable", "RelationId"]);
const writes = new Set(["save", "remove", "softRemove", "recover"]);
const options = new Set(["relations", "eager", "lazy"]);
const handles = /^(manager|repository|repo|entityManager|getRepository)$/;

const isHandle = (node) =>
  (node.type === "MemberExpression" && handles.test(node.property.name)) ||
  (node.type === "Identifier" && handles.test(node.name)) ||
  (node.type === "CallExpression" && node.callee.property?.name === "getRepository");

/** Entities are flat: no relations, and no `save`, which costs four statements where `insert` or `update` cost one. */
export const noOrmShortcuts = {
  meta: { type: "problem", schema: [], messages: { banned: "`{{name}}` hides statements: use insert, update, find or SQL with named columns." } },
  create(context) {
    const report = (node, name) => context.report({ node, messageId: "banned", data: { name } });
    return {
      ImportDeclaration(node) {
        if (node.source.value !== "typeorm") return;
        for (const { imported } of node.specifiers) if (relations.has(imported?.name)) report(node, imported.name);
      },
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== "MemberExpression" || !isHandle(callee.object)) return;
        if (writes.has(callee.property.name)) report(node, callee.property.name);
        for (const argument of node.arguments)
          if (argument.type === "ObjectExpression") for (const { key } of argument.properties) if (options.has(key?.name)) report(argument, key.name);
      },
    };
  },
};
