import { type Config, obj, Type } from "./declare.js";
import { clientTexts, stepTexts } from "./docs/client-texts.js";
import { describeSchema } from "./docs/describe-schema.js";
import { platformTexts } from "./docs/platform-texts.js";
import { signInTexts } from "./docs/sign-in-texts.js";
import {
  accountAnonymizationSchema,
  accountDeletionSchema,
  accountLinkingSchema,
  accountMigrationSchema,
  forgotPasswordSchema,
  userProfileSchema,
  verificationSchema,
} from "./sections/account.js";
import { authenticationSchema, authenticatorSchema } from "./sections/authentication.js";
import { authenticationFlowSchema, flowDefinitions } from "./sections/flows.js";
import * as general from "./sections/general.js";
import * as identity from "./sections/identity.js";
import * as messaging from "./sections/messaging.js";
import { oauthSchema } from "./sections/oauth.js";
import { samlSchema } from "./sections/saml.js";
import { uiSchema } from "./sections/ui.js";

const every = { ...general, ...identity, ...messaging };

const definitions = Object.fromEntries(Object.entries(flowDefinitions).map(([step, schema]) => [step, describeSchema(schema, stepTexts)]));

const declared = obj(
  {
    id: Type.String(),
    http: every.httpSchema,
    hook: every.hookSchema,
    ui: uiSchema,
    localization: every.localizationSchema,
    messaging: every.messagingSchema,
    usage: Type.Optional(every.usageSchema),
    search: every.searchSchema,
    authentication: authenticationSchema,
    session: every.sessionSchema,
    oauth: oauthSchema,
    saml: samlSchema,
    identity: every.identitySchema,
    authenticator: authenticatorSchema,
    user_profile: userProfileSchema,
    account_deletion: accountDeletionSchema,
    account_anonymization: accountAnonymizationSchema,
    account_linking: accountLinkingSchema,
    forgot_password: forgotPasswordSchema,
    welcome_message: Type.Optional(every.welcomeMessageSchema),
    verification: verificationSchema,
    otp: Type.Optional(every.otpSchema),
    web3: Type.Optional(every.web3Schema),
    google_tag_manager: every.googleTagManagerSchema,
    account_migration: accountMigrationSchema,
    captcha: every.captchaSchema,
    bot_protection: every.botProtectionSchema,
    network_protection: every.networkProtectionSchema,
    fraud_protection: every.fraudProtectionSchema,
    test_mode: every.testModeSchema,
    authentication_flow: authenticationFlowSchema,
    external_jwt: every.externalJwtSchema,
  },
  { required: ["id", "http"], description: "The behaviour of a project.", extra: { $defs: definitions } },
);

/** The whole of `authgear.yaml`. */
export const projectSchema = describeSchema(declared, { ...signInTexts, ...clientTexts, ...platformTexts });

/** `authgear.yaml` after defaulting; keys as in the file. */
export type ProjectConfig = Config<typeof projectSchema>;
