import { Injectable } from "@nestjs/common";
import { unauthenticated } from "@gatehouse/domain-errors";
import { type Project, type UserId, asUserId } from "@gatehouse/domain-project";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { isUuid } from "@gatehouse/platform-ids";
import { ProjectRegistry } from "@gatehouse/service-project-registry";

/** A developer who is signed in to the portal. */
export interface Developer {
  userId: UserId;
  /** The project whose user he is. */
  portalProject: Project;
}

/** Verifies the access token of a portal user: a JWT (`typ` at+jwt) that the portal's own project issued to the portal's client. */
@Injectable()
export class AuthenticateDeveloper {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly env: EnvConfig,
  ) {}

  /** Throws Unauthorized/Unauthenticated whatever is wrong with the token. */
  async run(token: string | undefined): Promise<Developer> {
    const portalProject = await this.registry.byId(this.env.portalAuthgearAppId);
    if (!portalProject || !token) throw unauthenticated();
    const origin = portalProject.config.http.public_origin;
    const keys = (portalProject.secrets.oauth?.keys ?? []) as KeyJwk[];
    const claims = await verifyJwt(keys, token, { issuer: origin, audience: origin, typ: "at+jwt", requiredClaims: ["exp", "sub"] });
    if (!claims || claims.client_id !== this.env.portalAuthgearClientId || typeof claims.sub !== "string" || !isUuid(claims.sub)) throw unauthenticated();
    return { userId: asUserId(claims.sub), portalProject };
  }
}
