import { ApolloServer, type BaseContext } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from "@apollo/server/plugin/disabled";
import { AbstractGraphQLDriver, type GqlModuleOptions } from "@nestjs/graphql";
import { GraphQLError, type GraphQLSchema } from "graphql";
import { formatError, isUnexpected } from "./format-error.js";
import type { GraphqlRequest, GraphqlResponse } from "./graphql-request.js";

/** Options of `GraphQLModule.forRoot` beside those of Nest (`typeDefs`, `resolvers`). */
export interface GraphqlDriverOptions extends GqlModuleOptions {
  /** Whether the schema may be asked for; false unless set. */
  introspection?: boolean;
  /** Hears of errors that clients see only masked, with the context value of the request. */
  onUnexpectedError?(error: unknown, context: never): void;
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Nest's GraphQL on Apollo Server, without a route: a controller brings requests and writes answers, so that transport rules stay in one place. */
export class GraphqlDriver extends AbstractGraphQLDriver<GraphqlDriverOptions> {
  private server: ApolloServer | undefined;
  private served: GraphQLSchema | undefined;

  async start(options: GraphqlDriverOptions): Promise<void> {
    this.served = options.schema as GraphQLSchema;
    this.server = new ApolloServer({
      schema: this.served,
      introspection: options.introspection ?? false,
      formatError,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      nodeEnv: "production",
      logger: quiet,
      plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(), errorReports(options)],
    });
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }

  /** The schema being served. */
  get schema(): GraphQLSchema {
    if (!this.served) throw new Error("the GraphQL driver has not started");
    return this.served;
  }

  /** Validates and executes one operation; never throws for a fault of the request. */
  async execute(request: GraphqlRequest, contextValue: object): Promise<GraphqlResponse> {
    if (!this.server) throw new Error("the GraphQL driver has not started");
    const { body } = await this.server.executeOperation(request, { contextValue: contextValue as BaseContext });
    if (body.kind !== "single") throw new Error("an incremental answer was not asked for");
    const { data, errors } = body.singleResult;
    return { ...(errors && errors.length > 0 ? { errors } : {}), data: (data as Record<string, unknown> | undefined) ?? null };
  }
}

/** Tells of each masked error, with the error that caused it. */
function errorReports({ onUnexpectedError }: GraphqlDriverOptions) {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue }: { errors: readonly GraphQLError[]; contextValue: BaseContext }) {
          for (const error of errors) if (isUnexpected(error.toJSON(), error)) onUnexpectedError?.(error.originalError ?? error, contextValue as never);
        },
      };
    },
  };
}
