import { compileSchema, Type } from "@gatehouse/platform-schema";

/** POST /api/v1/projects */
export const createProjectBody = compileSchema(Type.Object({ id: Type.String() }));
/** POST /api/v1/projects/{id}/config/validate */
export const validateConfigBody = compileSchema(Type.Object({ content: Type.String() }));
/** PUT /api/v1/projects/{id}/config */
export const saveConfigBody = compileSchema(Type.Object({ content: Type.String(), checksum: Type.Optional(Type.String()) }));
