import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { Identity } from "@gatehouse/domain-identity";
import { namedAccountId } from "@gatehouse/domain-user";
import { arrayConnection, type Connection, type ConnectionArguments, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AuthenticatorNode, presentAuthenticator } from "../authenticators/authenticator.presenter.js";
import { type IdentityNode, presentIdentity } from "../identities/identity.presenter.js";
import type { AdminRequest } from "../request/admin-request.js";
import type { UserNode } from "./user.presenter.js";

type AuthenticatorFilter = Partial<Pick<Authenticator, "type" | "kind">>;

/** The identities and authenticators of a user. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserRecordsResolver {
  @ResolveField()
  async identities(
    @Context() request: AdminRequest,
    @Parent() user: UserNode,
    @Args() args: ConnectionArguments & { identityType?: Identity["type"] | null },
  ): Promise<Connection<IdentityNode>> {
    return arrayConnection(await identitiesOf(request, user, args.identityType ?? undefined), args);
  }

  @ResolveField()
  loginIDs(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<IdentityNode[]> {
    return identitiesOf(request, user, "login_id");
  }

  @ResolveField()
  oauthConnections(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<IdentityNode[]> {
    return identitiesOf(request, user, "oauth");
  }

  @ResolveField()
  biometricRegistrations(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<IdentityNode[]> {
    return identitiesOf(request, user, "biometric");
  }

  @ResolveField()
  passkeys(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<IdentityNode[]> {
    return identitiesOf(request, user, "passkey");
  }

  @ResolveField()
  async isAnonymous(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<boolean> {
    return (await identitiesOf(request, user, "anonymous")).length > 0;
  }

  /** Identities are asked for only when no attribute names the user. */
  @ResolveField()
  async endUserAccountID(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode): Promise<string | null> {
    return namedAccountId({ user: row, identities: [] }) ?? namedAccountId({ user: row, identities: await loaders.identitiesOf.load(row.id) });
  }

  @ResolveField()
  async authenticators(
    @Context() request: AdminRequest,
    @Parent() user: UserNode,
    @Args() args: ConnectionArguments & { authenticatorType?: Authenticator["type"] | null; authenticatorKind?: Authenticator["kind"] | null },
  ): Promise<Connection<AuthenticatorNode>> {
    return arrayConnection(await authenticatorsOf(request, user, { type: args.authenticatorType ?? undefined, kind: args.authenticatorKind ?? undefined }), args);
  }

  @ResolveField()
  async primaryPassword(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode | null> {
    return (await authenticatorsOf(request, user, { type: "password", kind: "primary" }))[0] ?? null;
  }

  @ResolveField()
  async secondaryPassword(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode | null> {
    return (await authenticatorsOf(request, user, { type: "password", kind: "secondary" }))[0] ?? null;
  }

  @ResolveField()
  async primaryOOBOTPEmailAuthenticator(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode | null> {
    return (await authenticatorsOf(request, user, { type: "oob_otp_email", kind: "primary" }))[0] ?? null;
  }

  @ResolveField()
  async primaryOOBOTPSMSAuthenticator(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode | null> {
    return (await authenticatorsOf(request, user, { type: "oob_otp_sms", kind: "primary" }))[0] ?? null;
  }

  @ResolveField()
  secondaryTOTPAuthenticators(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode[]> {
    return authenticatorsOf(request, user, { type: "totp", kind: "secondary" });
  }

  @ResolveField()
  secondaryOOBOTPEmailAuthenticators(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode[]> {
    return authenticatorsOf(request, user, { type: "oob_otp_email", kind: "secondary" });
  }

  @ResolveField()
  secondaryOOBOTPSMSAuthenticators(@Context() request: AdminRequest, @Parent() user: UserNode): Promise<AuthenticatorNode[]> {
    return authenticatorsOf(request, user, { type: "oob_otp_sms", kind: "secondary" });
  }
}

async function identitiesOf({ loaders }: AdminRequest, { row }: UserNode, type?: Identity["type"]): Promise<IdentityNode[]> {
  const identities = await loaders.identitiesOf.load(row.id);
  return identities.filter((identity) => type === undefined || identity.type === type).map(presentIdentity);
}

async function authenticatorsOf({ loaders }: AdminRequest, { row }: UserNode, { type, kind }: AuthenticatorFilter): Promise<AuthenticatorNode[]> {
  const authenticators = await loaders.authenticatorsOf.load(row.id);
  return authenticators.filter((one) => (type === undefined || one.type === type) && (kind === undefined || one.kind === kind)).map(presentAuthenticator);
}
