/** A message by the name that `email.<name>.*` translation keys and event types use (spec: messaging §8.1). */
export interface MessageName {
  /** Such as `verification` or `setup-primary-oob`. */
  name: string;
  /** `type` of the message's events: login links report the type of the code they stand for. */
  eventType: string;
}

/** Reads the name off a template: `setup_primary_oob_email` → `setup-primary-oob`. */
export function messageName(template: string): MessageName {
  if (template === "whatsapp_otp_code") return { name: "whatsapp-code", eventType: "whatsapp-code" };
  const name = template.replace(/_(?:email|sms)$/, "").replaceAll("_", "-");
  return { name, eventType: name === "forgot-password-oob" ? "forgot-password" : name.replace(/-login-link$/, "-oob") };
}
