import type { FastifyReply } from "@gatehouse/platform-http";

/** Recovery codes as a file to keep (spec: auth UI §6). */
export async function sendRecoveryCodes(reply: FastifyReply, codes: readonly string[]): Promise<void> {
  await reply
    .status(200)
    .headers({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "content-disposition": 'attachment; filename="recovery_codes.txt"' })
    .send(`${codes.join("\n")}\n`);
}
