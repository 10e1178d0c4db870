import type { FastifyInstance } from "@gatehouse/platform-http";

/** Routes whose forms may hold a file; they read it themselves, after they know who sends it. */
const WITH_FILES: readonly string[] = ["/_images/:projectId/:objectId", "/settings/profile/:variant/edit"];

/** Hands forms of parts unread to the routes that take files; for every other route they are empty. */
export function addUploadBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(/^multipart\/form-data\b/i, (request, payload, done) => {
    if (WITH_FILES.includes(request.routeOptions.url ?? "")) return done(null, payload);
    payload.resume();
    done(null, {});
  });
}
