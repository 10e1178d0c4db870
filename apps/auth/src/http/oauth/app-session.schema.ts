import { compileSchema, Type } from "@gatehouse/platform-schema";

/** Body of POST /oauth2/app_session_token. */
export const appSessionTokenBody = compileSchema(Type.Object({ refresh_token: Type.String({ minLength: 1 }) }));
