type Attributes = Readonly<Record<string, unknown>>;

const STORED = /^authgearimages:\/\/\/([^/?#]+\/[^/?#]+)$/;

/** Attributes as they are shown: a stored picture becomes the public address of its profile form (spec: user model §7.1). */
export function shownPicture(publicOrigin: string, attributes: Attributes): Record<string, unknown> {
  const path = typeof attributes.picture === "string" ? STORED.exec(attributes.picture)?.[1] : undefined;
  return path ? { ...attributes, picture: `${publicOrigin}/_images/${path}/profile` } : { ...attributes };
}

/** Attributes as they are kept: the public address of a picture of ours becomes its stored form again. */
export function keptPicture(publicOrigin: string, attributes: Attributes): Record<string, unknown> {
  const prefix = `${publicOrigin}/_images/`;
  const { picture } = attributes;
  const path = typeof picture === "string" && picture.startsWith(prefix) ? /^([^/?#]+\/[^/?#]+)\/profile$/.exec(picture.slice(prefix.length))?.[1] : undefined;
  return path ? { ...attributes, picture: `authgearimages:///${path}` } : { ...attributes };
}
