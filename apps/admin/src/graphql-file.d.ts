/** The text of a file, put into the bundle. */
declare module "*.graphql?raw" {
  const text: string;
  export default text;
}

/** A script for a page with all that it imports, put into the bundle. */
declare module "*?browser-bundle" {
  const bundle: { script: string; style: string };
  export default bundle;
}
