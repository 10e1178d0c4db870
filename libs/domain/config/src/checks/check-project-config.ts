import type { Cause } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import { flowRules } from "./flow-rules.js";
import { generalRules } from "./general-rules.js";
import { providerRules } from "./provider-rules.js";

/** The rules of `authgear.yaml` across fields, in the order of their emission. */
const rules = [providerRules, ...generalRules, ...flowRules];

/** Causes of a filled configuration whose schema is satisfied. */
export const checkProjectConfig = (config: ProjectConfig): Cause[] => rules.flatMap((rule) => rule(config));
