/** Runs GraphQL requests on Apollo Server. */
export { type GraphqlDriverOptions, GraphqlDriver } from "./graphql-driver.js";
/** The running driver of a Nest application. */
export { GraphqlExecutor } from "./graphql-executor.js";
/** Request and response of one operation. */
export type { GraphqlRequest, GraphqlResponse } from "./graphql-request.js";
/** Sizes of an operation, and the limits on them. */
export { limitViolation, type OperationSize, type QueryLimits, type QuerySizing } from "./query-limits.js";
/** The selected operation of a document. */
export { measureOperation } from "./measure-operation.js";
/** The fields at the top of an operation with their arguments. */
export { rootFields, type RootField } from "./root-fields.js";
/** Global node ids. */
export { fromGlobalId, toGlobalId, type GlobalId } from "./global-id.js";
/** Connections whose pages the database cuts. */
export { type ConnectionArguments, offsetConnection, type OffsetPage, offsetPage } from "./offset-connection.js";
/** Connections over a list in memory. */
export { arrayConnection } from "./array-connection.js";
/** What every connection looks like. */
export { type Connection, cursorConnection, type Edge, type PageInfo } from "./connection.js";
/** Batching loaders for one request. */
export { listLoader, type Loader, rowLoader } from "./loaders.js";
/** Custom scalars. */
export { dateTimeScalar, jsonObjectScalar, jsonOutputScalar } from "./scalars.js";
/** An error that is the caller's, and that he is not told. */
export { MaskedError } from "./format-error.js";
/** Lets resolvers' errors reach the driver's formatter. */
export { PassErrorsOn } from "./pass-errors-on.filter.js";
