import { accessDeclared } from "./access-declared.mjs";
import { contextFirst } from "./context-first.mjs";
import { documentedExports } from "./documented-exports.mjs";
import { fewParameters } from "./few-parameters.mjs";
import { noAsyncStoreReads } from "./no-async-store-reads.mjs";
import { noBannedNames } from "./no-banned-names.mjs";
import { noModuleState } from "./no-module-state.mjs";
import { noOrmShortcuts } from "./no-orm-shortcuts.mjs";

export default {
  meta: { name: "gatehouse" },
  rules: {
    "access-declared": accessDeclared,
    "context-first": contextFirst,
    "documented-exports": documentedExports,
    "few-parameters": fewParameters,
    "no-async-store-reads": noAsyncStoreReads,
    "no-banned-names": noBannedNames,
    "no-module-state": noModuleState,
    "no-orm-shortcuts": noOrmShortcuts,
  },
};
