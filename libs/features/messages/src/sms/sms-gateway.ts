import {
  smsGatewayAuthenticationFailed,
  smsGatewayDeliveryRejected,
  smsGatewayInvalidPhoneNumber,
  smsGatewayRateLimited,
  smsGatewayTimeout,
  smsGatewayUnknown,
  smsGatewayUnsupportedRequest,
} from "@gatehouse/domain-errors";
import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { ApiError } from "@gatehouse/platform-errors-core";
import { type OutboundClient, OutboundError } from "@gatehouse/platform-outbound";

/** One SMS. */
export interface SmsMessage {
  /** E.164 number. */
  to: string;
  body: string;
  /** From the translation `sms.<name>.sender`, for providers that need one. */
  sender: string;
  job: MessageJob;
  /** What the body is written in; BCP 47. */
  language: string;
  /** Variables of the template, for gateways that render themselves. */
  values: Readonly<Record<string, string | boolean>>;
}

/** One provider. `send` resolves when the provider took the message and throws an `SMSGateway…` error otherwise. */
export interface SmsGateway {
  send(ctx: ProjectContext, client: OutboundClient, message: SmsMessage): Promise<void>;
}

type Maker = (info: { ProviderErrorCode?: string; ProviderType?: string; ProviderName?: string; Description?: string }) => ApiError;

/** Errors by the code that custom gateways answer (spec: messaging §5.4); every other code is unknown. */
const smsErrors: Readonly<Record<string, Maker>> = {
  invalid_phone_number: smsGatewayInvalidPhoneNumber,
  rate_limited: smsGatewayRateLimited,
  authentication_failed: smsGatewayAuthenticationFailed,
  unsupported_request: smsGatewayUnsupportedRequest,
  delivery_rejected: smsGatewayDeliveryRejected,
  timeout: smsGatewayTimeout,
};

/** The error of a code. */
export function smsError(code: string, info: Parameters<Maker>[0]): ApiError {
  const maker = Object.hasOwn(smsErrors, code) ? smsErrors[code] : undefined;
  return (maker ?? smsGatewayUnknown)(info);
}

/** What a failed call means for an SMS. */
export function smsCallError(error: unknown, provider: string): unknown {
  if (!(error instanceof OutboundError)) return error;
  return smsError(error.failure === "timeout" ? "timeout" : "unknown", { ProviderType: provider, Description: error.message });
}
