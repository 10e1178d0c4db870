import { compileSchema, Type } from "@gatehouse/platform-schema";

/** Body of POST /oauth2/challenge. */
export const challengeBody = compileSchema(
  Type.Object({
    purpose: Type.Unsafe<"anonymous_request" | "biometric_request" | "app2app_request">({ type: "string", enum: ["anonymous_request", "biometric_request", "app2app_request"] }),
  }),
);

const sessionType = Type.Unsafe<"cookie" | "refresh_token">({ type: "string", enum: ["cookie", "refresh_token"] });
const text = Type.Optional(Type.String({ maxLength: 512 }));

/** Body of POST /api/anonymous_user/signup. */
export const signUpBody = compileSchema(
  Type.Object(
    { session_type: sessionType, client_id: text, refresh_token: text },
    // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
    { if: { properties: { session_type: { const: "refresh_token" } }, required: ["session_type"] }, then: { required: ["client_id"] } },
  ),
);

/** Body of POST /api/anonymous_user/promotion_code. */
export const promotionBody = compileSchema(Type.Object({ session_type: sessionType, refresh_token: text }));
