import { compileSchema, Type } from "@gatehouse/platform-schema";

/** Body of POST /oauth2/challenge. */
export const challengeBody = compileSchema(
  Type.Object({
    purpose: Type.Unsafe<"anonymous_request" | "biometric_request" | "app2app_request">({ type: "string", enum: ["anonymous_request", "biometric_request", "app2app_request"] }),
  }),
);

/** Body of the endpoints that work by the session cookie. */
export const cookieSessionBody = compileSchema(Type.Object({ session_type: Type.Unsafe<"cookie">({ type: "string", enum: ["cookie"] }) }));
