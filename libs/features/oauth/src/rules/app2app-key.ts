import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { AppRequestError, type DeviceKey, isSameKey } from "@gatehouse/record-anonymous-users";

/** Errors of app2app JWTs in the words of OAuth (spec: oauth-oidc §13). */
export function asApp2AppError(error: unknown): unknown {
  return error instanceof AppRequestError ? new OAuthError("invalid_request", `invalid app2app jwt ${error.fault}`) : error;
}

/** Whether a key is to be bound to a grant that is there: false when it has this one already. Throws OAuthError when it may not have another one. */
export async function bindsDeviceKey(client: OAuthClientConfig, { app2appDeviceKey: bound }: OfflineGrant, key: DeviceKey): Promise<boolean> {
  if (bound && (await isSameKey(bound, key))) return false;
  if (!client.x_app2app_insecure_device_key_binding_enabled)
    throw new OAuthError("invalid_request", "x_app2app_insecure_device_key_binding_enabled must be true to allow updating x_app2app_device_key_jwt");
  if (bound) throw keyIsFixed();
  return true;
}

/** A grant keeps its key. */
export const keyIsFixed = (): OAuthError => new OAuthError("invalid_grant", "app2app device key cannot be changed");
