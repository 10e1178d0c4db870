/** `app:{<project id>}:<kind>:<part>...`: the only way to name a key of a project. The braces keep a project on one cluster slot. */
export function projectKey(ctx: { readonly project: { readonly id: string } }, kind: string, ...parts: string[]): string {
  return ["app", `{${ctx.project.id}}`, kind, ...parts].join(":");
}
