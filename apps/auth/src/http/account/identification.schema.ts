import { compileSchema, Type } from "@gatehouse/platform-schema";

/** Body of POST /api/v1/account/identification (spec: account management §3.1). */
export const startIdentificationBody = compileSchema(
  Type.Object({
    identification: Type.Literal("oauth"),
    alias: Type.String({ minLength: 1 }),
    redirect_uri: Type.String({ format: "uri" }),
    exclude_state_in_authorization_url: Type.Optional(Type.Boolean()),
  }),
);

/** Body of POST /api/v1/account/identification/oauth (spec: account management §3.2). */
export const finishIdentificationBody = compileSchema(Type.Object({ token: Type.String({ minLength: 1 }), query: Type.String({ minLength: 1 }) }));
