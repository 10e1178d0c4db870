import { Catch, type ExceptionFilter } from "@nestjs/common";

/** Keeps the application's HTTP filter away from resolvers: their errors go on to the GraphQL formatter. */
@Catch()
export class PassErrorsOn implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
