import type { RunMemory } from "@gatehouse/domain-flow";
import type { User } from "@gatehouse/domain-user";

type Attributes = Pick<User, "standardAttributes" | "customAttributes">;

/** The attributes of a user with what a provider knows of him and what he filled in; what he was asked for and did not give is removed (spec: authentication flow §6.9). */
export function withProfile({ attributes, profile }: RunMemory, { standardAttributes, customAttributes }: Attributes): Attributes {
  const { standard = {}, custom = {}, removed = [] } = profile ?? {};
  const kept = (all: Record<string, unknown>) => Object.fromEntries(Object.entries(all).filter(([name]) => !removed.includes(name)));
  return { standardAttributes: { ...kept({ ...attributes, ...standardAttributes }), ...standard }, customAttributes: { ...kept(customAttributes), ...custom } };
}
