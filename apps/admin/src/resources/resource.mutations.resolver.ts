import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAddResourceToClientidExecuted,
  adminApiMutationCreateResourceExecuted,
  adminApiMutationDeleteResourceExecuted,
  adminApiMutationRemoveResourceFromClientidExecuted,
  adminApiMutationUpdateResourceExecuted,
} from "@gatehouse/domain-events";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { ClientResourceStore, type Resource, ResourceStore } from "@gatehouse/record-resources";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { presentResource, resourceModel, type ResourceNode } from "./resource.presenter.js";

type Payload = { resource: ResourceNode };
type OfClient = { resourceURI: string; clientID: string };

/** Mutations of API resources, and of the clients they are associated with (spec: admin API §8.4). */
@Resolver("Resource")
@Access("admin")
@UseFilters(PassErrorsOn)
export class ResourceMutations {
  constructor(
    private readonly resources: ResourceStore,
    private readonly clients: ClientResourceStore,
  ) {}

  @Mutation("createResource")
  async createResource(@Context() request: AdminRequest, @Args("input") input: { resourceURI: string; name?: string | null }): Promise<Payload> {
    checkFreeTexts({ name: input.name });
    const resource = await this.resources.create(request.ctx, transactionOf(request), { uri: input.resourceURI, name: input.name });
    request.executed.add(adminApiMutationCreateResourceExecuted({ resource: resourceModel(resource) }));
    return changed(request, resource);
  }

  @Mutation("updateResource")
  async updateResource(@Context() request: AdminRequest, @Args("input") input: { resourceURI: string; name?: string | null }): Promise<Payload> {
    checkFreeTexts({ name: input.name });
    const { before, after } = await this.resources.update(request.ctx, transactionOf(request), { uri: input.resourceURI, name: input.name });
    request.executed.add(adminApiMutationUpdateResourceExecuted({ original_resource: resourceModel(before), new_resource: resourceModel(after) }));
    return changed(request, after);
  }

  @Mutation("deleteResource")
  async deleteResource(@Context() request: AdminRequest, @Args("input") input: { resourceURI: string }): Promise<{ ok: true }> {
    const resource = await this.resources.delete(request.ctx, transactionOf(request), input.resourceURI);
    request.executed.add(adminApiMutationDeleteResourceExecuted({ resource: resourceModel(resource) }));
    changed(request, resource);
    return { ok: true };
  }

  @Mutation("addResourceToClientID")
  async addResourceToClientID(@Context() request: AdminRequest, @Args("input") { resourceURI, clientID }: OfClient): Promise<Payload> {
    const resource = await this.clients.addResource(request.ctx, transactionOf(request), { resourceUri: resourceURI, clientId: clientID });
    request.executed.add(adminApiMutationAddResourceToClientidExecuted({ resource: resourceModel(resource), client_id: clientID }));
    return changed(request, resource);
  }

  @Mutation("removeResourceFromClientID")
  async removeResourceFromClientID(@Context() request: AdminRequest, @Args("input") { resourceURI, clientID }: OfClient): Promise<Payload> {
    const resource = await this.clients.removeResource(request.ctx, transactionOf(request), { resourceUri: resourceURI, clientId: clientID });
    request.executed.add(adminApiMutationRemoveResourceFromClientidExecuted({ resource: resourceModel(resource), client_id: clientID }));
    return changed(request, resource);
  }
}

/** The payload; what the request had read of the resource before is forgotten. */
function changed({ loaders }: AdminRequest, resource: Resource): Payload {
  loaders.byArguments.clear();
  loaders.resource.clear(resource.id);
  loaders.clientIdsOf.clear(resource.id);
  return { resource: presentResource(resource) };
}
