import path from "node:path";
import type { StoreContext } from "./store-context.js";
import { EnvConfig } from "@gatehouse/platform-env";
import { Injectable } from "@nestjs/common";
import { LocalDriver } from "./local-driver.js";
import type { ObjectDriver, StoredObject } from "./object-driver.js";
import { objectKey } from "./object-key.js";
import { ObjectStore } from "./object-store.js";
import { S3Driver } from "./s3-driver.js";

type Prefix = "imagesObjectStore" | "userExportObjectStore";

/** The bucket that the variables of one purpose name (spec: operations §3.5). */
function bucketDriver(env: EnvConfig, prefix: Prefix): ObjectDriver | undefined {
  switch (env[`${prefix}Type`]) {
    case "AWS_S3":
      return new S3Driver({
        region: env[`${prefix}AwsS3Region`],
        bucket: env[`${prefix}AwsS3BucketName`],
        accessKeyId: env[`${prefix}AwsS3AccessKeyId`],
        secretAccessKey: env[`${prefix}AwsS3SecretAccessKey`],
      });
    case "ALIBABA_CLOUD_OSS": {
      const region = env[`${prefix}AlibabaCloudOssRegion`].replace(/^oss-/, "");
      return new S3Driver({
        region,
        endpoint: `https://s3.oss-${region}.aliyuncs.com`,
        bucket: env[`${prefix}AlibabaCloudOssBucketName`],
        accessKeyId: env[`${prefix}AlibabaCloudOssAccessKeyId`],
        secretAccessKey: env[`${prefix}AlibabaCloudOssSecretAccessKey`],
      });
    }
    case "MINIO":
      return new S3Driver({
        region: "us-east-1",
        endpoint: env[`${prefix}MinioEndpoint`],
        pathStyle: true,
        bucket: env[`${prefix}MinioBucketName`],
        accessKeyId: env[`${prefix}MinioAccessKeyId`],
        secretAccessKey: env[`${prefix}MinioSecretAccessKey`],
      });
    default:
      return undefined;
  }
}

/** The deployment's stores: a bucket where one is configured, else the folder GATEHOUSE_OBJECT_STORE_DIR, else none. */
@Injectable()
export class ObjectStores {
  /** Profile pictures; undefined when no store is configured. */
  readonly images: ObjectStore | undefined;
  /** Exported users; undefined when no store is configured. */
  readonly userExport: ObjectStore | undefined;
  private readonly local: LocalDriver | undefined;

  constructor(env: EnvConfig) {
    this.local = env.objectStoreDir ? new LocalDriver(path.resolve(env.objectStoreDir)) : undefined;
    const storeOf = (driver: ObjectDriver | undefined) => driver && new ObjectStore(driver);
    this.images = storeOf(bucketDriver(env, "imagesObjectStore") ?? this.local);
    this.userExport = storeOf(bucketDriver(env, "userExportObjectStore") ?? this.local);
  }

  /** Forgets every file of a project, whatever it was kept for. */
  async deleteProject(projectId: string): Promise<void> {
    await this.images?.deleteAll(projectId);
    await this.userExport?.deleteAll(projectId);
  }

  /** The file of a signed link into the folder, for the route that serves it. Undefined when the link is not ours, is over, or its file is gone. */
  async openDownload(ctx: StoreContext, request: { key: string; query: Readonly<Record<string, unknown>> }): Promise<(StoredObject & { fileName: string }) | undefined> {
    let key: string;
    try {
      key = objectKey(ctx, request.key);
    } catch {
      return undefined;
    }
    const link = await this.local?.verify({ key, query: request.query, now: ctx.now() });
    const object = link && (await this.local?.get(key));
    return object && { ...object, contentType: link.contentType, fileName: link.fileName };
  }
}
