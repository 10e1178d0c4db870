import { createServer } from "node:http";

/** In the place of Cloudflare's siteverify: `good` is solved, `unavailable` is its own failure, anything else is refused. */
export async function startFakeTurnstile() {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const answer = new URLSearchParams(body).get("response");
      const refusal = answer === "unavailable" ? "internal-error" : "invalid-input-response";
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer === "good" ? { success: true } : { success: false, "error-codes": [refusal] }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/siteverify`, close: () => server.close() };
}
