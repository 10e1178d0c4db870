import { appleDeviceName } from "./apple-devices.js";

type Json = Record<string, unknown>;

const member = (value: unknown, name: string): unknown => (typeof value === "object" && value !== null ? (value as Json)[name] : undefined);
const text = (value: unknown, ...path: string[]): string => {
  const found = path.reduce(member, value);
  return typeof found === "string" ? found : "";
};

/** The model that a device's own account names: `Google Pixel 7`, `iPhone 14 Pro`; empty when it names none (spec: sessions and tokens §12.2). */
export function deviceModel(info: Json): string {
  const [manufacturer, model] = [text(info, "android", "Build", "MANUFACTURER"), text(info, "android", "Build", "MODEL")];
  if (manufacturer && model) return `${manufacturer} ${model}`;
  return appleDeviceName(text(info, "ios", "uname", "machine"));
}

/** What the owner calls the device. */
export function deviceName(info: Json): string {
  const settings = (group: string, name: string): string => text(info, "android", "Settings", group, name);
  return settings("Global", "DEVICE_NAME") || settings("Secure", "bluetooth_name") || text(info, "ios", "uname", "nodename");
}

/** What the app on the device calls itself. */
export const deviceApplicationName = (info: Json): string => text(info, "android", "ApplicationInfoLabel") || text(info, "ios", "NSBundle", "CFBundleDisplayName");

/** The app's id in its store. */
export const deviceApplicationId = (info: Json): string => text(info, "android", "PackageInfo", "packageName") || text(info, "ios", "NSBundle", "CFBundleIdentifier");

/** Whether an account of a device can be kept: texts with NUL or half of a character have no place in the database. */
export const isStorableDeviceInfo = (info: object): boolean => !/\\u(?:0000|d[89a-f])/i.test(JSON.stringify(info));
