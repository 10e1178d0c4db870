const injected = (param) => param.type === "TSParameterProperty" || param.decorators?.length > 0;

/** At most three parameters: context, transaction, input. Constructors and injected ones (decorated route arguments) do not count. */
export const fewParameters = {
  meta: { type: "suggestion", schema: [], messages: { many: "{{count}} parameters: pass an object after (ctx, tx)." } },
  create(context) {
    const check = (node) => {
      if (node.parent?.kind === "constructor") return;
      const count = node.params.filter((param) => !injected(param) && param.name !== "this").length;
      if (count > 3) context.report({ node, messageId: "many", data: { count } });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};
