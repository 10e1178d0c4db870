/** The deployment's stores, injected by this class. */
export { ObjectStores } from "./object-stores.js";
/** Files of projects. */
export { ObjectStore } from "./object-store.js";
/** What goes in and what comes out. */
export type { StoreContext } from "./store-context.js";
export type { DownloadLink, ObjectDriver, ObjectToPut, StoredObject } from "./object-driver.js";
/** Content-Disposition of a file to be saved. */
export { attachment } from "./attachment.js";
