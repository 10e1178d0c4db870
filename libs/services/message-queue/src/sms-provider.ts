import type { SecretConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { EnvConfig } from "@gatehouse/platform-env";

/** Secrets of the providers of SMS, by the provider. */
interface SmsSecrets {
  twilio?: SecretConfig["sms.twilio"];
  nexmo?: SecretConfig["sms.nexmo"];
  custom?: SecretConfig["sms.custom"];
}
type SmsProviderName = keyof SmsSecrets;

/** A provider of SMS with its credentials. */
export type SmsProvider = { [Name in SmsProviderName]: { name: Name; secret: NonNullable<SmsSecrets[Name]> } }[SmsProviderName];

/** The deployment's own providers (`SMS_GATEWAY_*`). */
export type DeploymentSms = Pick<
  EnvConfig,
  | "smsDefaultSource"
  | "smsDefaultProvider"
  | "smsTwilioAccountSid"
  | "smsTwilioAuthToken"
  | "smsTwilioMessagingServiceSid"
  | "smsNexmoApiKey"
  | "smsNexmoApiSecret"
  | "smsCustomUrl"
  | "smsCustomTimeout"
>;

const NAMES: readonly SmsProviderName[] = ["twilio", "nexmo", "custom"];

function ofDeployment(env: DeploymentSms): SmsSecrets {
  const { smsTwilioAccountSid: account_sid, smsTwilioAuthToken: auth_token, smsTwilioMessagingServiceSid: message_service_sid } = env;
  return {
    ...(account_sid && auth_token ? { twilio: { account_sid, auth_token, ...(message_service_sid ? { message_service_sid } : {}) } } : {}),
    ...(env.smsNexmoApiKey && env.smsNexmoApiSecret ? { nexmo: { api_key: env.smsNexmoApiKey, api_secret: env.smsNexmoApiSecret } } : {}),
    ...(env.smsCustomUrl ? { custom: { url: env.smsCustomUrl, ...(env.smsCustomTimeout ? { timeout: env.smsCustomTimeout } : {}) } } : {}),
  };
}

const ofProject = ({ project: { secrets } }: ProjectContext): SmsSecrets => ({ twilio: secrets["sms.twilio"], nexmo: secrets["sms.nexmo"], custom: secrets["sms.custom"] });

/** Where credentials come from, and whose they are to be (spec: project configuration §3.5). */
function chosen(ctx: ProjectContext, env: DeploymentSms): { secrets: SmsSecrets; name: SmsProviderName | undefined } {
  const { sms_gateway, sms_provider } = ctx.project.config.messaging;
  const byDefault = NAMES.find((one) => one === env.smsDefaultProvider);
  if (sms_gateway?.use_config_from === "environment_variable") return { secrets: ofDeployment(env), name: sms_gateway.provider ?? byDefault };
  if (sms_gateway) return { secrets: ofProject(ctx), name: sms_gateway.provider };
  if (sms_provider) return { secrets: ofProject(ctx), name: sms_provider };
  return env.smsDefaultSource === "environment_variable" ? { secrets: ofDeployment(env), name: byDefault } : { secrets: ofProject(ctx), name: undefined };
}

/** The provider of a project's SMS: the one that is named, else the only one with credentials. Undefined when there is none; throws a plain error when there are several. */
export function smsProvider(ctx: ProjectContext, env: DeploymentSms): SmsProvider | undefined {
  const { secrets, name } = chosen(ctx, env);
  const known = NAMES.filter((one) => secrets[one] !== undefined && (name === undefined || name === one));
  if (known.length > 1) throw new Error("several SMS providers have credentials and none is named: the client is ambiguous");
  const [only] = known;
  return only && ({ name: only, secret: secrets[only] } as SmsProvider);
}
