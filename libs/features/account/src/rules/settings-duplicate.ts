import { accountDuplicatedIdentity, invariantViolated } from "@gatehouse/domain-errors";
import { isApiError } from "@gatehouse/platform-errors-core";

const isDuplicate = (error: unknown): boolean => invariantViolated.is(error) && (error as { info?: { cause?: { kind?: string } } }).info?.cause?.kind === "DuplicatedIdentity";

/** What settings pages are told of an identity that is taken: 409 `AccountManagementDuplicatedIdentity` with the details of `DuplicatedIdentity`; other errors as they are. */
const settingsDuplicate = (error: unknown): unknown => (isApiError(error) && isDuplicate(error) ? accountDuplicatedIdentity({ ...error.info }) : error);

/** Runs an operation for a settings page. */
export async function forSettings<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw settingsDuplicate(error);
  }
}
