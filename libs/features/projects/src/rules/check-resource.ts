import { checkMessageFile, messagePathKind } from "./check-message-files.js";
import { resourceTooLarge, unknownResource, unsupportedImageFile } from "@gatehouse/domain-errors";
import { imageType } from "@gatehouse/domain-project";

interface ResourceKind {
  path: RegExp;
  maxSize: number;
  image?: boolean;
}

const KB = 1024;
const image = (path: RegExp, maxSize = 100 * KB): ResourceKind => ({ path, maxSize, image: true });
const text = (path: RegExp, maxSize = 100 * KB): ResourceKind => ({ path, maxSize });
const LANG = "[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*";
const EXT = "(?:png|jpe|jpeg|jpg|gif)";

/** Files a project may have (spec: project configuration §9), each with its size limit in bytes. */
const kinds: readonly ResourceKind[] = [
  text(/^authgear(?:\.secrets|\.features)?\.yaml$/),
  text(/^deno\/[.0-9a-zA-Z]+\.ts$/),
  text(
    /^(?:reserved_name|username_excluded_keywords|email_domain_blocklist|email_domain_allowlist|free_email_provider_domain_list|disposable_email_domain_list|user_agent_blocklist)\.txt$/,
  ),
  text(/^static\/authgear(?:-authflowv2)?-(?:light|dark)-theme\.css$/),
  image(new RegExp(`^static/${LANG}/(?:app_logo|app_logo_dark|favicon)\\.${EXT}$`)),
  image(new RegExp(`^static/(?:${LANG}/)?(?:app_background_image|app_background_image_dark)\\.${EXT}$`), 500 * KB),
  image(new RegExp(`^static/csrf-(?:ios|android|chrome|samsung)-instruction\\.${EXT}$`)),
];

/** Demands a known path, a size within its limit, real images, and messages that can be read. Throws UnknownResource, ResourceTooLarge, UnsupportedImageFile, ValidationFailed. */
export function checkResource(path: string, content: Uint8Array): void {
  const isMessage = messagePathKind(path) !== undefined;
  const kind = isMessage ? text(/./) : kinds.find((candidate) => candidate.path.test(path));
  if (!kind) throw unknownResource({ path });
  if (content.byteLength > kind.maxSize) throw resourceTooLarge({ size: content.byteLength, max_size: kind.maxSize, path });
  if (isMessage) checkMessageFile(path, content);
  if (kind.image && !imageType(content)) throw unsupportedImageFile({ type: "application/octet-stream" });
}
