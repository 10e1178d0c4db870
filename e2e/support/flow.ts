/** A client of the flow API without a browser. Throws the error of a refused input. */
export async function runFlow(origin: string, type: "signup" | "login", inputs: Record<string, unknown>[]): Promise<{ cookies: string[] }> {
  const call = async (path: string, body: unknown) => {
    const response = await fetch(`${origin}/api/v1/authentication_flows${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = (await response.json()) as any;
    if (answer.error) throw Object.assign(new Error(answer.error.reason), { error: answer.error });
    return { answer, cookies: response.headers.getSetCookie() };
  };
  let last = await call("", { type, name: "default" });
  for (const input of inputs) last = await call("/states/input", { state_token: last.answer.result.state_token, input });
  if (last.answer.result.action.type !== "finished") throw new Error(`the flow stopped at ${last.answer.result.action.type}`);
  return { cookies: last.cookies };
}

export const loginInputs = (email: string, password: string) => [
  { identification: "email", login_id: email },
  { authentication: "primary_password", password },
];

export const signUpInputs = (email: string, password: string) => [
  { identification: "email", login_id: email },
  { authentication: "primary_password", new_password: password },
];
