import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { createGuardrails, generateSecret, verifySync } from "otplib";

const [ALGORITHM, DIGITS, PERIOD_SECONDS] = ["sha1", 6, 30] as const;

/** RFC 4226 asks for 128 bits, yet imported secrets of other products may have 80; no more bytes than a block of HMAC-SHA1 makes sense. */
const IMPORTED_SECRETS = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 128 });

/** What an authenticator app is shown. */
export interface TotpUriInput {
  /** Base32. */
  secret: string;
  /** The end-user account id: email address, phone number or user name. */
  accountName: string;
}

/** A code to be checked. */
export interface TotpVerifyInput {
  /** Base32, with or without padding, in either case. */
  secret: string;
  /** What the person typed. */
  code: string;
}

/**
 * Time-based one-time passwords: HMAC-SHA1, 6 digits, 30 seconds, one step of skew either way (RFC 6238; spec: authentication flow §6.6).
 * A code may be used more than once in its window: like the product it follows, this class remembers nothing. Callers count failures by rate limits and lockout.
 */
@Injectable()
export class Totp {
  /** A new secret: base32 of 160 random bits, without padding. */
  newSecret(): string {
    return generateSecret({ length: 20 });
  }

  /** The `otpauth://totp/` URI of a secret, for a QR code; the issuer is the public origin of the request. */
  uri(ctx: ProjectContext, { secret, accountName }: TotpUriInput): string {
    const issuer = ctx.request.publicOrigin;
    const query = new URLSearchParams({ secret, issuer, algorithm: ALGORITHM.toUpperCase(), digits: String(DIGITS), period: String(PERIOD_SECONDS) });
    return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(accountName)}?${query}`;
  }

  /** Whether a code belongs to the secret now, one step ago or one step ahead. Comparison takes constant time. Nothing that is typed, and no broken secret, throws. */
  verify(ctx: ProjectContext, { secret, code }: TotpVerifyInput): boolean {
    if (!/^[0-9]{6}$/.test(code)) return false;
    const base32 = secret.toUpperCase().replace(/=+$/, "");
    const epoch = Math.floor(ctx.now().getTime() / 1000);
    try {
      const options = { secret: base32, token: code, algorithm: ALGORITHM, digits: DIGITS, period: PERIOD_SECONDS, epoch, epochTolerance: PERIOD_SECONDS };
      return verifySync({ ...options, guardrails: IMPORTED_SECRETS }).valid;
    } catch {
      return false;
    }
  }
}
