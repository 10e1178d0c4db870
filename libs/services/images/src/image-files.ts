import { Injectable } from "@nestjs/common";
import { invalidConfiguration } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ObjectStore, ObjectStores, type ObjectToPut, type StoredObject } from "@gatehouse/platform-object-store";

/** The forms of an image that are served. */
export const IMAGE_VARIANTS = ["original", "profile"] as const;
/** A form of an image. */
export type ImageVariant = (typeof IMAGE_VARIANTS)[number];

type Content = Pick<ObjectToPut, "body" | "contentType">;

const SERVED: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const keyOf = (objectId: string, variant: ImageVariant): string => `images/${objectId}/${variant}`;

/** The images of projects in the object store. */
@Injectable()
export class ImageFiles {
  constructor(private readonly stores: ObjectStores) {}

  /** Whether a text can be the id of an image. */
  isId(text: string): boolean {
    return ID.test(text);
  }

  /** Keeps both forms. False, and nothing changed, when there is an image of this id. */
  async put(ctx: ProjectContext, objectId: string, image: Record<ImageVariant, Content>): Promise<boolean> {
    const store = this.store();
    if (!(await store.put(ctx, { key: keyOf(objectId, "original"), ...image.original, ifAbsent: true }))) return false;
    try {
      await store.put(ctx, { key: keyOf(objectId, "profile"), ...image.profile });
    } catch (error) {
      await store.delete(ctx, keyOf(objectId, "original"));
      throw error;
    }
    return true;
  }

  /** An image; undefined when there is none. What is no raster image is never served, whoever put it into the store. */
  async get(ctx: ProjectContext, { objectId, variant }: { objectId: string; variant: string }): Promise<StoredObject | undefined> {
    if (!this.isId(objectId) || !(IMAGE_VARIANTS as readonly string[]).includes(variant)) return undefined;
    const found = await this.store().get(ctx, keyOf(objectId, variant as ImageVariant));
    if (!found || SERVED.includes(found.contentType)) return found;
    found.body.destroy();
    return undefined;
  }

  /** Forgets both forms of an image. Nothing happens when there is none, or no store. */
  async delete(ctx: ProjectContext, objectId: string): Promise<void> {
    if (!this.isId(objectId)) return;
    for (const variant of IMAGE_VARIANTS) await this.stores.images?.delete(ctx, keyOf(objectId, variant));
  }

  private store(): ObjectStore {
    if (!this.stores.images) throw invalidConfiguration("no object store is configured for images");
    return this.stores.images;
  }
}
