import { Injectable } from "@nestjs/common";
import { ModuleRef } from "@nestjs/core";
import { GraphQLModule } from "@nestjs/graphql";
import type { GraphQLSchema } from "graphql";
import type { GraphqlDriver } from "./graphql-driver.js";
import type { GraphqlRequest, GraphqlResponse } from "./graphql-request.js";

/** Runs operations on the one GraphQL module of the application. */
@Injectable()
export class GraphqlExecutor {
  constructor(private readonly modules: ModuleRef) {}

  /** The schema being served. */
  get schema(): GraphQLSchema {
    return this.driver.schema;
  }

  /** Validates and executes one operation with a context value for its resolvers. */
  run(request: GraphqlRequest, contextValue: object): Promise<GraphqlResponse> {
    return this.driver.execute(request, contextValue);
  }

  private get driver(): GraphqlDriver {
    return this.modules.get(GraphQLModule, { strict: false }).graphQlAdapter as unknown as GraphqlDriver;
  }
}
