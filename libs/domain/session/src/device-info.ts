type Json = Record<string, unknown>;

const member = (value: unknown, name: string): unknown => (typeof value === "object" && value !== null ? (value as Json)[name] : undefined);
const text = (value: unknown, ...path: string[]): string => {
  const found = path.reduce(member, value);
  return typeof found === "string" ? found : "";
};

/** The model that a device's own account names: `Google Pixel 7`, `iPhone15,2`; empty when it names none (spec: sessions and tokens §12.2). */
export function deviceModel(info: Json): string {
  const [manufacturer, model] = [text(info, "android", "Build", "MANUFACTURER"), text(info, "android", "Build", "MODEL")];
  if (manufacturer && model) return `${manufacturer} ${model}`;
  return text(info, "ios", "uname", "machine");
}
