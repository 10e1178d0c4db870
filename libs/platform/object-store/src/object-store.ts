import type { StoreContext } from "./store-context.js";
import type { DownloadLink, ObjectDriver, ObjectToPut, StoredObject } from "./object-driver.js";
import { checkContentType, checkSegment, objectKey } from "./object-key.js";

/** Files of projects. Every key lies below the project's id, and a key that would leave it is refused. */
export class ObjectStore {
  constructor(private readonly driver: ObjectDriver) {}

  /** Keeps a file. False, and nothing changed, when `ifAbsent` was asked and there is one. */
  put(ctx: StoreContext, object: ObjectToPut): Promise<boolean> {
    checkContentType(object.contentType);
    return this.driver.put({ ...object, key: objectKey(ctx, object.key) });
  }

  /** The file, or undefined. Read `body` to its end or destroy it. */
  get(ctx: StoreContext, key: string): Promise<StoredObject | undefined> {
    return this.driver.get(objectKey(ctx, key));
  }

  /** Forgets a file; no error when there is none. */
  delete(ctx: StoreContext, key: string): Promise<void> {
    return this.driver.delete(objectKey(ctx, key));
  }

  /** Forgets every file of a project, one that is about to be deleted. */
  deleteAll(projectId: string): Promise<void> {
    checkSegment(projectId);
    return this.driver.deleteAll(projectId);
  }

  /** A link by which anyone may fetch the file until it expires. */
  downloadUrl(ctx: StoreContext, link: DownloadLink): Promise<string> {
    checkContentType(link.contentType);
    return this.driver.downloadUrl({ ...link, key: objectKey(ctx, link.key), origin: ctx.request.publicOrigin, now: ctx.now() });
  }
}
