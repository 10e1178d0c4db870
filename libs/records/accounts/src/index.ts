export { type Account, Accounts, type NewAccount } from "./accounts.js";
export { AccountsModule } from "./accounts.module.js";
