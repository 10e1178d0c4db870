/** Providers of user search. */
export { UserSearchModule } from "./user-search.module.js";
/** Search and indexing of a project's users. */
export { UserSearch } from "./user-search.js";
/** Which users are due for indexing. */
export { UserDocuments } from "./user-documents.read.js";
/** Question and answer. */
export type { UserIndex, UserSearchPage, UserSearchQuery } from "./user-search-query.js";
/** The driver in the main database. */
export { PostgresqlUserIndex } from "./postgresql/postgresql-user-index.js";
/** The driver for Elasticsearch and OpenSearch. */
export { ElasticsearchUserIndex } from "./elasticsearch/elasticsearch-user-index.js";
