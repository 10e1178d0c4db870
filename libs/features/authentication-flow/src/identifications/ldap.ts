import { Injectable } from "@nestjs/common";
import type { IncomingIdentity } from "@gatehouse/domain-flow";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { LdapDirectory } from "@gatehouse/service-ldap";
import { type Asked, type BranchOption, type InputShape, text } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input } from "../engine/step.js";
import { CredentialGuard } from "../guards/credential-guard.js";
import { Identify } from "../identify/identify.js";
import { standardAttributesToCopy } from "../rules/attributes-to-copy.js";
import type { IdentificationMethod } from "./identification-method.js";

/** Identification by a directory, which checks the password itself (spec: authentication flow §6.1; providers §C). */
@Injectable()
export class LdapIdentification implements IdentificationMethod {
  readonly identifications = ["ldap"] as const;
  readonly botProtection = "ignored";

  constructor(
    private readonly directory: LdapDirectory,
    private readonly guard: CredentialGuard,
    private readonly identify_: Identify,
  ) {}

  options(run: Run, { config, ...at }: Asked): BranchOption[] {
    if (at.flow.type === "promote") return [];
    const { identification } = config;
    return this.directory.servers(run.ctx).map((server_name) => ({ ...at, match: { identification, server_name }, shown: { identification, server_name } }));
  }

  input(): InputShape {
    return { properties: { username: text({ minLength: 1 }), password: text({ minLength: 1 }) }, required: ["username", "password"] };
  }

  async identify(run: Run, option: BranchOption, input: Input): Promise<void> {
    const asked = { serverName: option.match.server_name as string, username: input.username as string, password: input.password as string };
    const entry = await this.guard.check(run, {
      name: "ldap",
      shownAs: "password",
      buckets: credentialBuckets(run.ctx, "password", undefined),
      verify: () => this.directory.authenticate(run.ctx, asked),
    });
    const { details, claims, uniqueKey } = entry;
    const incoming: IncomingIdentity = {
      identification: "ldap",
      type: "ldap",
      uniqueKey,
      claims,
      linkClaims: claims,
      details: { ldap: details },
      verified: [],
      attributes: standardAttributesToCopy(run.ctx.project.config, claims),
    };
    await this.identify_.as(run, option, incoming);
  }
}
