import { FLOW_TYPES } from "@gatehouse/domain-flow";
import { compileSchema, Type } from "@gatehouse/platform-schema";

const input = Type.Record(Type.String(), Type.Unknown());

/** Body of POST /api/v1/authentication_flows (spec: authentication flow §2.3). */
export const createFlowBody = compileSchema(
  Type.Object({
    type: Type.Unsafe<(typeof FLOW_TYPES)[number]>({ type: "string", enum: [...FLOW_TYPES] }),
    name: Type.String(),
    url_query: Type.Optional(Type.String({ maxLength: 16_384 })),
    batch_input: Type.Optional(Type.Array(input, { maxItems: 100 })),
  }),
);

/** Body of POST /api/v1/authentication_flows/states. */
export const readStateBody = compileSchema(Type.Object({ state_token: Type.String() }));

/** Body of POST /api/v1/authentication_flows/states/input: one of `input` and `batch_input`. */
export const feedInputBody = compileSchema(
  Type.Unsafe<{ state_token?: string; input?: Record<string, unknown>; batch_input?: Record<string, unknown>[] }>({
    type: "object",
    properties: { state_token: { type: "string" }, input: { type: "object" }, batch_input: { type: "array", items: { type: "object" }, minItems: 1, maxItems: 100 } },
    oneOf: [{ required: ["input"] }, { required: ["batch_input"] }],
  }),
);
