import { OAuthError } from "@gatehouse/domain-oauth";
import { deviceModel, isStorableDeviceInfo } from "@gatehouse/domain-session";

const MAX_DEVICE_INFO = 16_384;

/** `x_device_info`: unpadded base64url of JSON that names a device model (spec: sessions and tokens §12.2). Throws `invalid_request`. */
export function readDeviceInfo(text: string | undefined): Record<string, unknown> | undefined {
  if (!text) return undefined;
  const info = decodeDeviceInfo(text);
  if (!info || !deviceModel(info)) throw new OAuthError("invalid_request", "invalid x_device_info");
  return info;
}

/** Unpadded base64url of a JSON object; undefined for anything else. */
export function decodeDeviceInfo(text: string): Record<string, unknown> | undefined {
  return text.length <= MAX_DEVICE_INFO && /^[A-Za-z0-9_-]+$/.test(text) ? parsed(Buffer.from(text, "base64url").toString("utf8")) : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) && isStorableDeviceInfo(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
