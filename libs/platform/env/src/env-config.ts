import type { envCatalogue } from "./env-catalogue.js";

type Catalogue = typeof envCatalogue;
type Values = { readonly [K in keyof Catalogue]: ReturnType<Catalogue[K]["parse"]> };

/** The checked environment of a process, injected by this class. Its fields are those of the environment catalogue. */
export interface EnvConfig extends Values {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the fields come from the catalogue
export class EnvConfig {
  constructor(values: Values) {
    Object.assign(this, values);
    Object.freeze(this);
  }
}
