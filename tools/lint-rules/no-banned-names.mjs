const banned = /(Manager|Helper|Util|Utils|Common|Misc|Processor|Base)$|^(Base|Common|Misc)[A-Z]/;

/** Class names say what the class does. */
export const noBannedNames = {
  meta: { type: "suggestion", schema: [], messages: { banned: "`{{name}}` does not say what it does: name the noun or the verb." } },
  create(context) {
    const check = (node) => {
      if (node.id && banned.test(node.id.name)) context.report({ node: node.id, messageId: "banned", data: { name: node.id.name } });
    };
    return { ClassDeclaration: check, ClassExpression: check };
  },
};
