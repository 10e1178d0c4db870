import type { EventResource, EventScope } from "@gatehouse/domain-events";
import { toGlobalId } from "@gatehouse/platform-graphql";
import type { Resource, Scope } from "@gatehouse/record-resources";

/** `Resource` of the schema, as far as its own row tells; `row` is for the other fields' resolvers. */
export function presentResource(row: Resource) {
  const { createdAt, updatedAt, name, uri } = row;
  return { __typename: "Resource", id: toGlobalId("Resource", row.id), createdAt, updatedAt, name, resourceURI: uri, row };
}

/** A presented resource. */
export type ResourceNode = ReturnType<typeof presentResource>;

/** `Scope` of the schema. */
export function presentScope({ id, resourceId, scope, description, createdAt, updatedAt }: Scope) {
  return { __typename: "Scope", id: toGlobalId("Scope", id), resourceID: toGlobalId("Resource", resourceId), scope, description, createdAt, updatedAt };
}

/** A presented scope. */
export type ScopeNode = ReturnType<typeof presentScope>;

const meta = ({ id, createdAt, updatedAt }: { id: string; createdAt: Date; updatedAt: Date }) => ({
  id,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

/** A resource as events show it. */
export const resourceModel = (resource: Resource): EventResource => ({ ...meta(resource), resourceURI: resource.uri, ...(resource.name === null ? {} : { name: resource.name }) });

/** A scope as events show it. */
export const scopeModel = (scope: Scope): EventScope => ({
  ...meta(scope),
  resource_id: scope.resourceId,
  scope: scope.scope,
  ...(scope.description === null ? {} : { description: scope.description }),
});
