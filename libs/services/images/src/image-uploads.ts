import { Injectable } from "@nestjs/common";
import { duplicatedImage, invalidInput, missingImagesSecret, notFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { octKeyBytes } from "@gatehouse/platform-crypto";
import { cropPicture, imageTypeOf } from "./crop-picture.js";
import { ImageFiles } from "./image-files.js";
import { readUpload, type UploadBody } from "./read-upload.js";
import { checkSignedAddress, signAddress } from "./signed-address.js";

/** Who asks for an upload address. */
export interface Uploader {
  uploaded_by: "user" | "admin_api";
  user_id?: string;
}

/** An upload, as the request says. */
export interface ImageUpload extends UploadBody {
  method: string;
  /** Path and query. */
  path: string;
  objectId: string;
}

const METADATA = "x-authgear-metadata";

/** Signed addresses that take one profile picture each (spec: admin API §12, auth UI §15). */
@Injectable()
export class ImageUploads {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly files: ImageFiles) {}

  /** An address for one upload in the next 15 minutes. Throws `InternalError` "missing images secret". */
  address(ctx: ProjectContext, uploader: Uploader): string {
    const key = keyOf(ctx);
    const url = new URL(`/_images/${ctx.project.id}/${ctx.newId()}`, ctx.project.config.http.public_origin);
    url.searchParams.set(METADATA, Buffer.from(JSON.stringify(uploader)).toString("base64url"));
    return signAddress(key, { method: "POST", url }, ctx.now()).href;
  }

  /**
   * Takes an upload and returns the stored form of its address. The signature is checked before the body is read. Throws `InvalidSignatureQueryParam`,
   * `InvalidSignature`, `ExpiredSignature`, `Invalid` for the form, `BadRequest` "asset too large", `UnsupportedImageFile`, `DuplicatedImage`.
   */
  async take(ctx: ProjectContext, { method, path, objectId, headers, body }: ImageUpload): Promise<string> {
    const url = new URL(path, ctx.request.publicOrigin);
    checkSignedAddress(keyOf(ctx), { method, url }, ctx.now());
    if (!isMetadata(url.searchParams.get(METADATA))) throw invalidInput("missing metadata");
    return this.keep(ctx, { objectId, image: await readUpload({ headers, body }) });
  }

  /** Keeps an image that somebody who is signed in has sent to us. Throws `UnsupportedImageFile`. */
  keepNew(ctx: ProjectContext, image: Buffer): Promise<string> {
    return this.keep(ctx, { objectId: ctx.newId(), image });
  }

  private async keep(ctx: ProjectContext, { objectId, image }: { objectId: string; image: Buffer }): Promise<string> {
    if (!this.files.isId(objectId)) throw notFound();
    const profile = await this.cropInTurn(image);
    const kept = await this.files.put(ctx, objectId, { original: { body: image, contentType: typeOf(image) }, profile: { body: profile, contentType: typeOf(profile) } });
    if (!kept) throw duplicatedImage();
    return `authgearimages:///${ctx.project.id}/${objectId}`;
  }

  /** One image after the other: a small file may become hundreds of megabytes, and takes a thread that passwords are hashed on. */
  private cropInTurn(image: Buffer): Promise<Buffer> {
    const cropped = this.last.then(() => cropPicture(image));
    this.last = cropped.catch(() => undefined);
    return cropped;
  }
}

const typeOf = (image: Buffer): string => imageTypeOf(image) ?? "application/octet-stream";

function keyOf({ project }: ProjectContext): Uint8Array {
  const key = project.secrets.images?.keys.find(({ kty }) => kty === "oct");
  if (!key) throw missingImagesSecret();
  return octKeyBytes(key as { kty: string; k?: unknown });
}

/** A JSON object in base64url. */
function isMetadata(text: string | null): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
