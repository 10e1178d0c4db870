import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { ImageFiles } from "@gatehouse/service-images";

type Attributes = Readonly<Record<string, unknown>>;

/** Standard attributes as they were, and as they are; undefined for a user who is gone. */
export interface AttributesChange {
  before: Attributes;
  after?: Attributes;
}

/** Pictures in the object store that no user shows any more. */
@Injectable()
export class UnshownPictures {
  constructor(private readonly files: ImageFiles) {}

  /**
   * Deletes the pictures that changes have taken from users and that nobody else of the project shows, after the commit. Call it when the changes are written. One
   * statement, and none where no picture of ours was taken. A store that fails is logged: the change is made by then.
   */
  async forget(ctx: ProjectContext, tx: Tx, changes: readonly AttributesChange[]): Promise<void> {
    const taken = [...new Set(changes.flatMap(({ before, after }) => (before.picture === after?.picture ? [] : (this.stored(ctx, before) ?? []))))];
    if (taken.length === 0) return;
    const rows = await tx.query<{ picture: string }>(
      `select distinct standard_attributes ->> 'picture' as picture from auth_user
       where project_id = $1 and standard_attributes ->> 'picture' = any($2::text[]) and standard_attributes ->> 'picture' like 'authgearimages:%'`,
      [ctx.project.id, taken],
    );
    const shown = new Set(rows.map(({ picture }) => picture));
    const unshown = taken.filter((picture) => !shown.has(picture));
    tx.afterCommit(async () => {
      for (const picture of unshown) await this.delete(ctx, objectOf(picture));
    });
  }

  private async delete(ctx: ProjectContext, objectId: string): Promise<void> {
    await this.files.delete(ctx, objectId).catch((err: unknown) => ctx.log.error({ err, picture: objectId }, "A picture that nobody shows any more could not be deleted."));
  }

  /** The stored form of a picture of this project. */
  private stored({ project }: ProjectContext, { picture }: Attributes): string | undefined {
    const isOurs = typeof picture === "string" && picture.startsWith(`authgearimages:///${project.id}/`) && this.files.isId(objectOf(picture));
    return isOurs ? picture : undefined;
  }
}

const objectOf = (picture: string): string => picture.split("/").slice(4).join("/");
