import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Both providers' verifiers on one local port: the token `pass` succeeds, `service_unavailable` is an outage, everything else is refused. */
export interface FakeVerifier {
  cloudflare: string;
  recaptchav2: string;
  /** Every call: its method, path, content type and form. */
  calls: { method: string; path: string; contentType: string; form: Record<string, string> }[];
  /** Answers instead of the verifier, until it is cleared. */
  answer?: (response: ServerResponse) => void;
  close(): Promise<void>;
}

function judge(path: string, token: string | undefined, response: ServerResponse): void {
  const send = (body: object) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  if (token === "pass") send({ success: true, challenge_ts: "2030-01-01T00:00:00Z", hostname: "shop.example" });
  else if (token !== "service_unavailable") send({ success: false, "error-codes": ["invalid-input-response"] });
  else if (path === "/cloudflare") send({ success: false, "error-codes": ["internal-error"] });
  else response.destroy(); // reCAPTCHA has no code for it
}

/** Starts a verifier, on a port of its own or a given one. */
export async function startFakeVerifier(port = 0): Promise<FakeVerifier> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url ?? "";
    const form = Object.fromEntries(new URLSearchParams(body));
    fake.calls.push({ method: request.method ?? "", path, contentType: request.headers["content-type"] ?? "", form });
    if (fake.answer) fake.answer(response);
    else judge(path, form.response, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeVerifier = {
    cloudflare: `${origin}/cloudflare`,
    recaptchav2: `${origin}/recaptchav2`,
    calls: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
