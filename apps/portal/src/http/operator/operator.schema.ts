import { compileSchema, type TSchema, Type } from "@gatehouse/platform-schema";

const file = Type.Unsafe<string | { base64: string }>({
  description: "Text as it is, or bytes in base64.",
  oneOf: [{ type: "string" }, { type: "object", required: ["base64"], properties: { base64: { type: "string", contentEncoding: "base64" } } }],
});
const files = Type.Record(Type.String(), file, { description: "Path to content: authgear.yaml, authgear.secrets.yaml, authgear.features.yaml, templates, static files." });
const time = Type.String({ format: "date-time" });
const endpoints = Type.Object(
  Object.fromEntries(["public_origin", "issuer", "discovery", "authorization", "token", "userinfo", "jwks", "admin_api"].map((name) => [name, Type.String({ format: "uri" })])),
  { description: "Where the project answers." },
);
const summary = {
  id: Type.String(),
  version: Type.Integer({ description: "Rises with every publication." }),
  domains: Type.Array(Type.String()),
  created_at: time,
  updated_at: time,
};
const nullableText = Type.Unsafe<string | null>({ type: ["string", "null"] });

/** PUT /operator/v1/projects/{projectId}: body. */
export const putProjectBody = Type.Object({ files });
/** POST .../testkit/sessions: body. */
export const testSessionBody = Type.Object({ user_id: Type.String(), client_id: Type.Optional(Type.String()) });

/** Answers of the operator API, by name. */
export const answers = {
  ProjectList: Type.Object({
    projects: Type.Array(Type.Object({ ...summary, public_origin: Type.String() })),
    next_cursor: Type.Optional(Type.String({ description: "Present when there are more." })),
  }),
  Project: Type.Object({ ...summary, endpoints, files }),
  PutProjectResult: Type.Object({ id: Type.String(), created: Type.Boolean(), version: Type.Integer(), endpoints }),
  AdminToken: Type.Object({ token: Type.String(), expires_in: Type.Integer({ description: "Seconds." }) }),
  Inbox: Type.Object({
    messages: Type.Array(
      Type.Object({
        id: Type.String(),
        channel: Type.String(),
        to: Type.String(),
        template: Type.String(),
        subject: nullableText,
        body: nullableText,
        code: nullableText,
        link: nullableText,
        created_at: time,
      }),
    ),
  }),
  TestSession: Type.Object({
    cookies: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), { description: "Cookies of the project's origin." }),
    access_token: Type.Optional(Type.String()),
    refresh_token: Type.Optional(Type.String()),
  }),
  Error: Type.Object({
    error: Type.Object({
      name: Type.String(),
      reason: Type.String(),
      message: Type.String(),
      code: Type.Integer(),
      info: Type.Optional(Type.Object({}, { additionalProperties: true })),
      tracking_id: Type.Optional(Type.String()),
    }),
  }),
} as const satisfies Record<string, TSchema>;

export const putProjectValidator = compileSchema(putProjectBody);
export const testSessionValidator = compileSchema(testSessionBody);
