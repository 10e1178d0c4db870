import {
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isNonNullType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  validate,
} from "graphql";

/** A field at the top of an operation, as it will be executed. */
export interface RootField {
  name: string;
  /** Alias or name: its key in the answer. */
  key: string;
  arguments: Record<string, unknown>;
  /** Whether the fields after it are executed when it fails: its value is null then. */
  nullable: boolean;
}

/** An operation of a parsed document. */
export interface SelectedOperation {
  document: DocumentNode;
  operationName?: string;
  variables?: Record<string, unknown>;
}

/** The fields an operation starts with, in order, with their coerced arguments; undefined when the document or its variables are invalid, which execution will say. */
export function rootFields(schema: GraphQLSchema, request: SelectedOperation): RootField[] | undefined {
  const { document } = request;
  const operation = getOperationAST(document, request.operationName);
  const type = operation && schema.getRootType(operation.operation);
  if (!operation || !type || validate(schema, document).length > 0) return undefined;
  const { coerced: variables } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
  if (!variables) return undefined;
  const known = type.getFields();
  const fields = new Map<string, RootField>();
  for (const node of selectedFields(document, operation.selectionSet, variables)) {
    const key = node.alias?.value ?? node.name.value;
    const definition = known[node.name.value];
    if (definition && !fields.has(key))
      fields.set(key, { name: node.name.value, key, arguments: getArgumentValues(definition, node, variables), nullable: !isNonNullType(definition.type) });
  }
  return [...fields.values()];
}

/** The fields of a selection set with its fragments opened and what is skipped left out. */
function selectedFields(document: DocumentNode, set: SelectionSetNode, variables: Record<string, unknown>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (!isSelected(selection, variables)) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : document.definitions.find((definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value);
    return inner && "selectionSet" in inner && inner.selectionSet ? selectedFields(document, inner.selectionSet, variables) : [];
  });
}

function isSelected(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  return getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if !== true && getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
}
