import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, publicJwk, signJwt } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { Injectable } from "@nestjs/common";
import { CHECKPOINT_TYPE, type CheckpointClaims } from "./rules/checkpoint.js";

/** Signs checkpoints: with the deployment's key, which is outside of the database, else with the first key of the project's `oauth` secret. */
@Injectable()
export class AuditSigner {
  private readonly deployment: KeyJwk | undefined;

  /** Throws when GATEHOUSE_AUDIT_LOG_SIGNING_KEY is no private JWK. */
  constructor(env: EnvConfig) {
    this.deployment = deploymentKey(env.auditLogSigningKey);
  }

  /** The checkpoint, and the public half of the key. */
  async sign(ctx: ProjectContext, claims: CheckpointClaims): Promise<{ jws: string; key: KeyJwk }> {
    const key = this.deployment ?? (ctx.project.secrets.oauth?.keys as KeyJwk[] | undefined)?.find(({ kty }) => kty !== "oct");
    const shown = key && publicJwk(key);
    if (!key || !shown) throw new Error("there is no key to sign checkpoints of the audit log with");
    return { jws: await signJwt(key, { ...claims }, CHECKPOINT_TYPE), key: shown };
  }
}

function deploymentKey(text: string): KeyJwk | undefined {
  if (text === "") return undefined;
  let key: Partial<KeyJwk> | undefined;
  try {
    key = JSON.parse(text) as Partial<KeyJwk>;
  } catch {
    // said below, without the text: it is a secret
  }
  if (typeof key?.kty !== "string" || key.kty === "oct" || typeof key.d !== "string" || typeof key.kid !== "string")
    throw new Error("GATEHOUSE_AUDIT_LOG_SIGNING_KEY must be a private JWK (RSA, EC or OKP) with a kid");
  return key as KeyJwk;
}
