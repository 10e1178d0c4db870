const mutable = new Set(["Map", "Set", "Array"]); // a WeakMap keeps nothing alive and is keyed by objects of one project
const readonlyType = /^(Readonly|ReadonlyMap|ReadonlySet|ReadonlyArray)$/;

/** `const x: ReadonlyMap<...> = new Map(...)` and `Object.freeze(...)` are fine; so is a Map or Set filled where it is made. */
function mayChange({ id, init }) {
  if (init?.type !== "NewExpression" || !mutable.has(init.callee.name)) return false;
  const type = id.typeAnnotation?.typeAnnotation;
  if (type?.type === "TSTypeReference" && readonlyType.test(type.typeName.name)) return false;
  return init.arguments.length === 0 || init.callee.name.startsWith("Weak");
}

const emptyLiteral = ({ init, id }) =>
  !id.typeAnnotation?.typeAnnotation?.type.includes("TSTypeOperator") &&
  ((init?.type === "ArrayExpression" && init.elements.length === 0) || (init?.type === "ObjectExpression" && init.properties.length === 0));

/** Modules hold no state: no `let`, no collection that can grow. Tests share modules, and so do projects. */
export const noModuleState = {
  meta: { type: "problem", schema: [], messages: { state: "Module state is shared by all projects and tests: keep `{{name}}` in an object that is passed in." } },
  create(context) {
    const check = (node) => {
      for (const declarator of node.declarations)
        if (node.kind !== "const" || mayChange(declarator) || emptyLiteral(declarator))
          context.report({ node: declarator, messageId: "state", data: { name: declarator.id.name } });
    };
    return { "Program > VariableDeclaration": check, "Program > ExportNamedDeclaration > VariableDeclaration": check };
  },
};
