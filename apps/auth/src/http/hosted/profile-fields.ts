import type { FlowStepConfig, ProjectConfig } from "@gatehouse/domain-config";
import { findFlow, type FlowType } from "@gatehouse/domain-flow";
import type { ShownState } from "./flow-paths.js";
import { type Form, type FormMeaning, missing } from "./form-meaning.js";

/** An attribute that a person is asked for. */
export interface ProfileField {
  /** `/given_name`; also the name of its form field. */
  pointer: string;
  required: boolean;
  kind: "text" | "email" | "tel" | "url" | "date" | "number" | "choice" | "address";
  choices?: readonly string[];
  minimum?: number;
  maximum?: number;
}

/** Parts of a postal address. */
export const ADDRESS_PARTS = ["street_address", "locality", "region", "postal_code", "country"] as const;

const STANDARD: Readonly<Record<string, ProfileField["kind"]>> = {
  "/email": "email",
  "/phone_number": "tel",
  "/profile": "url",
  "/website": "url",
  "/picture": "url",
  "/birthdate": "date",
  "/address": "address",
};
const CUSTOM: Readonly<Record<string, ProfileField["kind"]>> = { number: "number", integer: "number", enum: "choice", phone_number: "tel", email: "email", url: "url" };

/** The attributes that the current step asks for; a state does not list them, so they are looked up in its flow. */
export function profileFields(config: ProjectConfig, state: ShownState, done: number): ProfileField[] {
  if (state.action.type !== "fill_in_user_profile") return [];
  const { steps } = findFlow(config, { type: state.type as FlowType, name: state.name ?? "default" });
  const all = profileSteps(steps, state.action.identification);
  return (all[Math.min(done, all.length - 1)]?.user_profile ?? []).map(({ pointer, required }) => ({ pointer, required, ...kindOf(config, pointer) }));
}

/** Steps of the kind, in the order in which a run with an identification meets them. */
function profileSteps(steps: readonly FlowStepConfig[], identification: string | undefined): FlowStepConfig[] {
  return steps.flatMap((step) => {
    const branches = (step.one_of ?? []).filter((branch) => branch.identification === undefined || identification === undefined || branch.identification === identification);
    return [...(step.type === "fill_in_user_profile" ? [step] : []), ...branches.flatMap((branch) => profileSteps(branch.steps ?? [], identification))];
  });
}

function kindOf(config: ProjectConfig, pointer: string): Omit<ProfileField, "pointer" | "required"> {
  const custom = config.user_profile.custom_attributes.attributes?.find((attribute) => attribute.pointer === pointer);
  if (!custom) return { kind: STANDARD[pointer] ?? "text" };
  const { minimum, maximum } = custom;
  return {
    kind: CUSTOM[custom.type] ?? "text",
    ...(custom.enum ? { choices: custom.enum } : {}),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

/** Reads what was filled in; fields that were left empty are left out. */
export function readProfile(fields: readonly ProfileField[], form: Form): FormMeaning {
  const given = fields.map((field) => ({ field, value: typedValue(field, form) }));
  const absent = given.find(({ field, value }) => field.required && value === undefined);
  if (absent) return missing(absent.field.pointer.slice(1));
  return { input: { attributes: given.flatMap(({ field: { pointer }, value }) => (value === undefined ? [] : [{ pointer, value }])) } };
}

function typedValue({ pointer, kind }: ProfileField, form: Form): unknown {
  if (kind === "address") {
    const parts = ADDRESS_PARTS.flatMap((part) => (form[`${pointer}/${part}`]?.trim() ? [[part, form[`${pointer}/${part}`]?.trim()] as const] : []));
    return parts.length > 0 ? Object.fromEntries(parts) : undefined;
  }
  const typed = form[pointer]?.trim() ?? "";
  if (typed === "") return undefined;
  return kind === "number" && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}
