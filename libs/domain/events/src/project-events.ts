import { defineEvent } from "./gatehouse-event.js";

/** A project was created. */
export const projectAppCreated = defineEvent<{ app_config?: Record<string, unknown> }>({
  type: "project.app.created",
  payload: "app_config?",
  hook: "star",
  description: "A project was created.",
});
/** Secrets of a project were shown to a developer. */
export const projectAppSecretViewed = defineEvent<{ secrets: string[] }>({
  type: "project.app.secret.viewed",
  payload: "secrets",
  hook: "star",
  description: "Secrets of a project were shown to a developer.",
});
/** A project's files were published. */
export const projectAppUpdated = defineEvent<{
  app_config_old?: Record<string, unknown>;
  app_config_new?: Record<string, unknown>;
  app_config_diff: string;
  updated_secrets: string[];
  updated_resources: unknown[];
}>({
  type: "project.app.updated",
  payload: "app_config_old? app_config_new? app_config_diff updated_secrets updated_resources",
  hook: "star",
  description: "A project's files were published.",
});
/** A checkout was started. */
export const projectBillingCheckoutCreated = defineEvent<{ subscription_checkout_id: string; plan_name: string }>({
  type: "project.billing.checkout.created",
  payload: "subscription_checkout_id plan_name",
  hook: "star",
  description: "A checkout was started.",
});
/** A subscription was cancelled. */
export const projectBillingSubscriptionCancelled = defineEvent<{ subscription_id: string; customer_id: string }>({
  type: "project.billing.subscription.cancelled",
  payload: "subscription_id customer_id",
  hook: "star",
  description: "A subscription was cancelled.",
});
/** A subscription's status changed. */
export const projectBillingSubscriptionStatusUpdated = defineEvent<{ subscription_id: string; cancelled: boolean }>({
  type: "project.billing.subscription.status.updated",
  payload: "subscription_id cancelled",
  hook: "star",
  description: "A subscription's status changed.",
});
/** A subscription's plan changed. */
export const projectBillingSubscriptionUpdated = defineEvent<{ subscription_id: string; plan_name: string }>({
  type: "project.billing.subscription.updated",
  payload: "subscription_id plan_name",
  hook: "star",
  description: "A subscription's plan changed.",
});
/** A collaborator was removed. */
export const projectCollaboratorDeleted = defineEvent<{ collaborator_id: string; collaborator_user_id: string; collaborator_role: string }>({
  type: "project.collaborator.deleted",
  payload: "collaborator_id collaborator_user_id collaborator_role",
  hook: "star",
  description: "A collaborator was removed.",
});
/** An invitation was accepted. */
export const projectCollaboratorInvitationAccepted = defineEvent<{ collaborator_user_id: string; collaborator_role: string }>({
  type: "project.collaborator.invitation.accepted",
  payload: "collaborator_user_id collaborator_role",
  hook: "star",
  description: "An invitation was accepted.",
});
/** An invitation was sent. */
export const projectCollaboratorInvitationCreated = defineEvent<{ invitee_email: string; invited_by: string }>({
  type: "project.collaborator.invitation.created",
  payload: "invitee_email invited_by",
  hook: "star",
  description: "An invitation was sent.",
});
/** An invitation was withdrawn. */
export const projectCollaboratorInvitationDeleted = defineEvent<{ invitee_email: string; invited_by: string }>({
  type: "project.collaborator.invitation.deleted",
  payload: "invitee_email invited_by",
  hook: "star",
  description: "An invitation was withdrawn.",
});
/** A domain was added. */
export const projectDomainCreated = defineEvent<{ domain: string; domain_id: string }>({
  type: "project.domain.created",
  payload: "domain domain_id",
  hook: "star",
  description: "A domain was added.",
});
/** A domain was removed. */
export const projectDomainDeleted = defineEvent<{ domain: string; domain_id: string }>({
  type: "project.domain.deleted",
  payload: "domain domain_id",
  hook: "star",
  description: "A domain was removed.",
});
/** A domain was verified. */
export const projectDomainVerified = defineEvent<{ domain: string; domain_id: string }>({
  type: "project.domain.verified",
  payload: "domain domain_id",
  hook: "star",
  description: "A domain was verified.",
});
