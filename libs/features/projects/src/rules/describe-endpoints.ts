/** Where the services of a project answer. */
export interface ProjectEndpoints {
  public_origin: string;
  issuer: string;
  discovery: string;
  authorization: string;
  token: string;
  userinfo: string;
  jwks: string;
  admin_api: string;
}

/** The endpoints of a project, all on its public origin. */
export function describeEndpoints(publicOrigin: string): ProjectEndpoints {
  return {
    public_origin: publicOrigin,
    issuer: publicOrigin,
    discovery: `${publicOrigin}/.well-known/openid-configuration`,
    authorization: `${publicOrigin}/oauth2/authorize`,
    token: `${publicOrigin}/oauth2/token`,
    userinfo: `${publicOrigin}/oauth2/userinfo`,
    jwks: `${publicOrigin}/oauth2/jwks`,
    admin_api: `${publicOrigin}/_api/admin/graphql`,
  };
}
