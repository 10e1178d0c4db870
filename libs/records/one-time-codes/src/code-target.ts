/** What a code is for. */
export type CodePurpose = "verification" | "oob-otp" | "forgot-password";
/** How a code travels. */
export type OtpChannel = "email" | "sms" | "whatsapp";
/** Digits to be typed, or a link to be opened. */
export type OtpForm = "code" | "link";

/** What a code is bound to: its purpose and the address it was sent to. */
export interface CodeTarget {
  purpose: CodePurpose;
  target: string;
}

/** One sending of a code: a later one has another `send`. */
export interface SentCode extends CodeTarget {
  send: string;
}

/** A code that was found to be right. */
export interface AcceptedCode extends SentCode {
  /** When, in ms since the epoch. */
  at: number;
}

/** One code to be sent. */
export interface OtpRequest extends CodeTarget {
  channel: OtpChannel;
  form: OtpForm;
  /** Empty when nobody is known. */
  userId: string;
  /** Id of the flow run, for its own cooldown; absent outside flows. */
  runId?: string;
  /** Which message: `verification`, `setup-primary-oob`, `authenticate-secondary-oob`, `forgot-password`, `forgot-password-oob` ... */
  message: string;
  /** Websocket channel that hears when the link was approved. */
  notify?: string;
  /** Kept with the code, and given back to who presents its value. */
  attachment?: Record<string, unknown>;
  /** An administrator has it sent: the link says so, and limits by address do not count (spec: messaging §7, admin API §8). */
  byAdmin?: boolean;
  /** The user has a password: templates of account recovery may say so. */
  hasPassword?: boolean;
  /** An account that is not there: everything happens but the delivery, and no code is right. */
  dummy?: boolean;
}
