import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ResolveSession } from "./use-cases/resolve-session.js";

/** Session resolution for reverse proxies. */
@Module({ imports: [AccountsModule], providers: [ResolveSession], exports: [ResolveSession] })
export class ResolverModule {}
