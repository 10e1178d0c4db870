const paramName = (param) => {
  const target = param?.type === "TSParameterProperty" ? param.parameter : param?.type === "AssignmentPattern" ? param.left : param;
  return target?.name?.replace(/^_/, "");
};

/** A public method of a SQL store starts with the project context and the transaction: `(ctx, tx, ...)`. */
export const contextFirst = {
  meta: { type: "problem", schema: [], messages: { order: "`{{name}}` uses a transaction: its parameters must start with (ctx, tx, ...)." } },
  create(context) {
    return {
      MethodDefinition(node) {
        if (node.kind !== "method" || node.accessibility === "private" || node.key.type === "PrivateIdentifier" || node.static) return;
        const params = node.value.params.map(paramName);
        const at = params.indexOf("tx");
        if (at === -1 || (params[0] === "ctx" && at === 1)) return;
        context.report({ node: node.key, messageId: "order", data: { name: node.key.name } });
      },
    };
  },
};
