/** Providers of the use cases. */
export { UsersModule } from "./users.module.js";
/** A page of users. */
export { ListUsers, type ListUsersInput } from "./use-cases/list-users.js";
/** Users by id. */
export { GetUsers } from "./use-cases/get-users.js";
/** First half of a creation: checks, hashing, blocking hooks; no transaction. */
export { type NewUserInput, type PreparedUser, PrepareUser } from "./use-cases/prepare-user.js";
/** Second half of a creation: writes what was prepared. */
export { CreateUser } from "./use-cases/create-user.js";
/** Deletes a user with everything it owns. */
export { DeleteUser } from "./use-cases/delete-user.js";
