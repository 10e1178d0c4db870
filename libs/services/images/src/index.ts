/** Images in the object store. */
export { IMAGE_VARIANTS, ImageFiles, type ImageVariant } from "./image-files.js";
/** Addresses that take uploads. */
export { type ImageUpload, ImageUploads, type Uploader } from "./image-uploads.js";
/** Forms of pages with a file in them. */
export { MAX_IMAGE_BYTES, type ReadForm, readFileForm, type UploadBody } from "./read-upload.js";
