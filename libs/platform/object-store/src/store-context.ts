/** What a store needs to know of a request; every ProjectContext has it. */
export interface StoreContext {
  readonly project: { readonly id: string };
  readonly request: { readonly publicOrigin: string };
  now(): Date;
}
