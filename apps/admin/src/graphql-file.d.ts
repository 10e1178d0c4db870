/** The text of a file, put into the bundle. */
declare module "*.graphql?raw" {
  const text: string;
  export default text;
}
