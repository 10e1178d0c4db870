import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAddScopesToClientidExecuted,
  adminApiMutationCreateScopeExecuted,
  adminApiMutationDeleteScopeExecuted,
  adminApiMutationRemoveScopesFromClientidExecuted,
  adminApiMutationReplaceScopesOfClientidExecuted,
  adminApiMutationUpdateScopeExecuted,
} from "@gatehouse/domain-events";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { ClientResourceStore, type Scope, ScopeStore } from "@gatehouse/record-resources";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { presentScope, scopeModel, type ScopeNode } from "./resource.presenter.js";

type Named = { resourceURI: string; scope: string };
type Described = Named & { description?: string | null };
type OfClient = { resourceURI: string; clientID: string; scopes: string[] };

/** Mutations of scopes, and of the clients they are assigned to (spec: admin API §8.4). */
@Resolver("Scope")
@Access("admin")
@UseFilters(PassErrorsOn)
export class ScopeMutations {
  constructor(
    private readonly scopes: ScopeStore,
    private readonly clients: ClientResourceStore,
  ) {}

  @Mutation("createScope")
  async createScope(@Context() request: AdminRequest, @Args("input") { resourceURI, scope, description }: Described): Promise<{ scope: ScopeNode }> {
    checkFreeTexts({ description });
    const made = await this.scopes.create(request.ctx, transactionOf(request), { resourceUri: resourceURI, scope, description });
    request.executed.add(adminApiMutationCreateScopeExecuted({ scope: scopeModel(made) }));
    return { scope: changed(request, made) };
  }

  @Mutation("updateScope")
  async updateScope(@Context() request: AdminRequest, @Args("input") { resourceURI, scope, description }: Described): Promise<{ scope: ScopeNode }> {
    checkFreeTexts({ description });
    const { before, after } = await this.scopes.update(request.ctx, transactionOf(request), { resourceUri: resourceURI, scope, description });
    request.executed.add(adminApiMutationUpdateScopeExecuted({ original_scope: scopeModel(before), new_scope: scopeModel(after) }));
    return { scope: changed(request, after) };
  }

  @Mutation("deleteScope")
  async deleteScope(@Context() request: AdminRequest, @Args("input") { resourceURI, scope }: Named): Promise<{ ok: true }> {
    const gone = await this.scopes.delete(request.ctx, transactionOf(request), { resourceUri: resourceURI, scope });
    request.executed.add(adminApiMutationDeleteScopeExecuted({ scope: scopeModel(gone) }));
    changed(request, gone);
    return { ok: true };
  }

  @Mutation("addScopesToClientID")
  async addScopesToClientID(@Context() request: AdminRequest, @Args("input") input: OfClient): Promise<{ scopes: ScopeNode[] }> {
    const scopes = await this.clients.addScopes(request.ctx, transactionOf(request), wanted(input));
    request.executed.add(adminApiMutationAddScopesToClientidExecuted(audited(input)));
    forget(request);
    return { scopes: scopes.map(presentScope) };
  }

  @Mutation("removeScopesFromClientID")
  async removeScopesFromClientID(@Context() request: AdminRequest, @Args("input") input: OfClient): Promise<{ scopes: ScopeNode[] }> {
    const scopes = await this.clients.removeScopes(request.ctx, transactionOf(request), wanted(input));
    request.executed.add(adminApiMutationRemoveScopesFromClientidExecuted(audited(input)));
    forget(request);
    return { scopes: scopes.map(presentScope) };
  }

  @Mutation("replaceScopesOfClientID")
  async replaceScopesOfClientID(@Context() request: AdminRequest, @Args("input") input: OfClient): Promise<{ scopes: ScopeNode[] }> {
    const scopes = await this.clients.replaceScopes(request.ctx, transactionOf(request), wanted(input));
    request.executed.add(adminApiMutationReplaceScopesOfClientidExecuted(audited(input)));
    forget(request);
    return { scopes: scopes.map(presentScope) };
  }
}

const wanted = ({ resourceURI, clientID, scopes }: OfClient) => ({ resourceUri: resourceURI, clientId: clientID, scopes });
const audited = ({ resourceURI, clientID, scopes }: OfClient) => ({ resource_uri: resourceURI, client_id: clientID, scopes });
const forget = ({ loaders }: AdminRequest): void => loaders.byArguments.clear();

/** The presented scope; what the request had read of it before is forgotten. */
function changed(request: AdminRequest, scope: Scope): ScopeNode {
  forget(request);
  request.loaders.scope.clear(scope.id);
  return presentScope(scope);
}
