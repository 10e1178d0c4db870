import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { attachment } from "./attachment.js";
import type { LinkRequest, ObjectDriver, ObjectToPut, StoredObject } from "./object-driver.js";

/** A bucket, and the static keys that open it. */
export interface S3Bucket {
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Of stores other than Amazon's. */
  endpoint?: string;
  /** Bucket in the path and not in the host name. */
  pathStyle?: boolean;
}

/** Bytes of one part of an upload of unknown length; two are in memory at most. */
const PART_BYTES = 5 * 1024 * 1024;
/** Single deletes: stores other than Amazon's differ in how they take many at once. */
const DELETES_AT_ONCE = 16;

const statusOf = (error: unknown): number | undefined => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** Files in a bucket of Amazon S3 or a store that speaks like it. The client is loaded by the first call. */
export class S3Driver implements ObjectDriver {
  private opened: Promise<S3Client> | undefined;

  constructor(private readonly bucket: S3Bucket) {}

  async put({ key, body, contentType, ifAbsent }: ObjectToPut): Promise<boolean> {
    const [client, { PutObjectCommand }, { Upload }] = await Promise.all([this.client(), import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]);
    // Some stores overlook the condition; the question before closes that but for uploads at the same moment.
    if (ifAbsent && (await this.has(key))) return false;
    const params = { Bucket: this.bucket.bucket, Key: key, ContentType: contentType, ...(ifAbsent ? { IfNoneMatch: "*" } : {}) };
    try {
      if (Buffer.isBuffer(body)) await client.send(new PutObjectCommand({ ...params, Body: body }));
      else await new Upload({ client, params: { ...params, Body: body }, partSize: PART_BYTES, queueSize: 1 }).done();
      return true;
    } catch (error) {
      // 409: another upload to the key was under way, and one of the two wins.
      if (ifAbsent && (statusOf(error) === 412 || statusOf(error) === 409)) return false;
      throw error;
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const [client, { GetObjectCommand }] = await Promise.all([this.client(), import("@aws-sdk/client-s3")]);
    try {
      const { Body, ContentType, ContentLength } = await client.send(new GetObjectCommand({ Bucket: this.bucket.bucket, Key: key }));
      return { body: Body as Readable, contentType: ContentType ?? "application/octet-stream", size: ContentLength ?? 0 };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  private async has(key: string): Promise<boolean> {
    const [client, { HeadObjectCommand }] = await Promise.all([this.client(), import("@aws-sdk/client-s3")]);
    try {
      await client.send(new HeadObjectCommand({ Bucket: this.bucket.bucket, Key: key }));
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const [client, { DeleteObjectCommand }] = await Promise.all([this.client(), import("@aws-sdk/client-s3")]);
    await client.send(new DeleteObjectCommand({ Bucket: this.bucket.bucket, Key: key }));
  }

  async deleteAll(segment: string): Promise<void> {
    const [client, { paginateListObjectsV2 }] = await Promise.all([this.client(), import("@aws-sdk/client-s3")]);
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: this.bucket.bucket, Prefix: `${segment}/` })) {
      const keys = Contents.flatMap(({ Key }) => Key ?? []);
      while (keys.length > 0) await Promise.all(keys.splice(0, DELETES_AT_ONCE).map((key) => this.delete(key)));
    }
  }

  async downloadUrl({ key, expiresInSeconds, fileName, contentType, now }: LinkRequest): Promise<string> {
    const [client, { GetObjectCommand }, { getSignedUrl }] = await Promise.all([this.client(), import("@aws-sdk/client-s3"), import("@aws-sdk/s3-request-presigner")]);
    const command = new GetObjectCommand({ Bucket: this.bucket.bucket, Key: key, ResponseContentType: contentType, ResponseContentDisposition: attachment(fileName) });
    return getSignedUrl(client, command, { expiresIn: expiresInSeconds, signingDate: now });
  }

  private client(): Promise<S3Client> {
    this.opened ??= import("@aws-sdk/client-s3").then(
      ({ S3Client: Client }) =>
        new Client({
          region: this.bucket.region,
          credentials: { accessKeyId: this.bucket.accessKeyId, secretAccessKey: this.bucket.secretAccessKey },
          forcePathStyle: this.bucket.pathStyle ?? false,
          // Stores other than Amazon's do not know the newer checksums.
          requestChecksumCalculation: "WHEN_REQUIRED",
          responseChecksumValidation: "WHEN_REQUIRED",
          ...(this.bucket.endpoint ? { endpoint: this.bucket.endpoint } : {}),
        }),
    );
    return this.opened;
  }
}
