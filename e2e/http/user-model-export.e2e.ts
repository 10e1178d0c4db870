import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import { send } from "../support/http.js";

const ANN = "ann@example.com";
const COLUMNS =
  "sub,preferred_username,email,phone_number,email_verified,phone_number_verified,name,given_name,middle_name,nickname,profile,picture,website,gender,birthdate,zoneinfo,locale,address.formatted,address.street_address,address.locality,address.region,address.postal_code,address.country,roles,groups,disabled,created_at,delete_at,last_login_at,is_anonymized,anonymize_at,temporarily_disabled_from,temporarily_disabled_until,account_valid_from,account_valid_until,identities,mfa.emails,mfa.phone_numbers,mfa.totps,biometric_count,passkey_count";

async function exported(admin: Admin, request: object): Promise<{ id: string; url: string }> {
  const { id } = await admin.rest("POST", "/users/export", request);
  const { download_url } = await admin.done("export", id);
  return { id, url: download_url };
}

/** The link as the store would have signed it for another time, with the store's own key. */
async function endingAt(admin: Admin, link: string, expires: number): Promise<string> {
  const key = await readFile(path.join(process.env.E2E_HOME as string, "objects/.signing-key"), "utf8");
  const url = new URL(link);
  const object = `${admin.project.id}/${url.pathname.replace("/_api/admin/files/", "")}`;
  const signed = ["gatehouse-object-download-1", object, expires, url.searchParams.get("file_name"), url.searchParams.get("content_type")];
  url.searchParams.set("expires", String(expires));
  url.searchParams.set("signature", createHmac("sha256", key).update(JSON.stringify(signed)).digest("base64url"));
  return url.href;
}

describe("an export of users", () => {
  it("as a table has the usual columns and the project's own, unless it names some", async () => {
    const attributes = [{ id: "0001", pointer: "/home", type: "country_code" }];
    const admin = await Admin.make({ config: { user_profile: { custom_attributes: { attributes } } } });
    const userID = await admin.createUser(ANN);
    await admin.mutate("updateUser", { userID, standardAttributes: { family_name: "Lee" }, customAttributes: { home: "HK" } });
    const { text } = await send((await exported(admin, { format: "csv" })).url);
    const [header, row, ...rest] = text.split("\n");
    expect(header).toBe(`${COLUMNS},custom_attributes.home`);
    expect(header?.split(",")).not.toContain("family_name");
    expect([row?.includes(ANN), row?.endsWith(",HK"), rest]).toEqual([true, true, [""]]);
    const fields = [{ pointer: "/email", field_name: "e" }, { pointer: "/family_name" }, { pointer: "/address/country" }];
    const chosen = await send((await exported(admin, { format: "csv", csv: { fields } })).url);
    expect(chosen.text).toBe(`e,family_name,address.country\n${ANN},Lee,\n`);
  });

  it("does not have two columns of one name", async () => {
    const admin = await Admin.make();
    const fields = ["/email", "/sub"].map((pointer) => ({ pointer, field_name: "x" }));
    const { status, json } = await admin.call("POST", "/users/export", { json: { format: "csv", csv: { fields } } });
    expect([status, json.error]).toEqual([400, expect.objectContaining({ name: "Invalid", reason: "UserExportNonUniqueFieldNames", info: { field_names: ["x"] } })]);
  });

  it("is fetched by a link of a minute, and by a new one after that (leaked link)", async () => {
    const admin = await Admin.make();
    await admin.createUser(ANN);
    const { id, url } = await exported(admin, { format: "ndjson" });
    const expires = Number(new URL(url).searchParams.get("expires"));
    const left = expires - Date.now() / 1000;
    expect([left > 50, left <= 60]).toEqual([true, true]);
    expect(await endingAt(admin, url, expires)).toBe(url);
    const minutesLater = await send(await endingAt(admin, url, Math.floor(Date.now() / 1000) - 1));
    expect([minutesLater.status, minutesLater.text]).toEqual([403, "Forbidden\n"]);
    const forged = new URL(url);
    forged.searchParams.set("expires", String(expires + 3600));
    expect((await send(forged.href)).status).toBe(403);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const { download_url: next } = await admin.rest("GET", `/users/export/${id}`);
    expect(next).not.toBe(url);
    const { status, headers, text } = await send(next);
    expect([status, JSON.parse(text).email]).toEqual([200, ANN]);
    expect(headers["content-disposition"]).toMatch(new RegExp(`${admin.project.id}-${id}-\\d{14}Z\\.ndjson`));
  });
});
