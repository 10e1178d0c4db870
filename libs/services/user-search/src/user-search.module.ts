import { Module } from "@nestjs/common";
import { ElasticsearchUserIndex } from "./elasticsearch/elasticsearch-user-index.js";
import { FindUsersRead } from "./postgresql/find-users.read.js";
import { PostgresqlUserIndex } from "./postgresql/postgresql-user-index.js";
import { UserSearchStore } from "./postgresql/user-search.store.js";
import { UserDocuments } from "./user-documents.read.js";
import { UserSearch } from "./user-search.js";

/** User search and its two drivers. */
@Module({
  providers: [UserSearch, UserDocuments, PostgresqlUserIndex, ElasticsearchUserIndex, UserSearchStore, FindUsersRead],
  exports: [UserSearch, UserDocuments, PostgresqlUserIndex, ElasticsearchUserIndex],
})
export class UserSearchModule {}
