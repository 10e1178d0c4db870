import { describe, expect, it } from "vitest";
import { bomb, file, multipart, photo, svg } from "@gatehouse/service-images/testing";
import type { HostedBrowser } from "./hosted-browser.js";
import { eventsOf, hrefOf, linesOf, openLine, openLink, rowsOf, signedUp } from "./settings-pages.js";

type Inject = { http: { fastify: { inject(options: object): Promise<{ statusCode: number; headers: Record<string, string>; rawPayload: Buffer }> } } };

const levels = { readwrite: "readonly", readonly: "readonly", hidden: "hidden" };
const access = (end_user: keyof typeof levels) => ({ access_control: { end_user, bearer: levels[end_user], portal_ui: "readwrite" } });
const custom = (pointer: string, level: keyof typeof levels, more: object = {}) => ({ id: pointer.slice(1).padEnd(4, "0"), pointer, type: "string", ...access(level), ...more });
const attributes = [
  custom("/hobby", "readwrite"),
  custom("/rank", "readonly"),
  custom("/note", "hidden"),
  custom("/age", "readwrite", { type: "integer", minimum: 18 }),
  custom("/size", "readwrite", { type: "enum", enum: ["small", "large"] }),
  custom("/home_country", "readwrite", { type: "country_code" }),
];
const user_profile = {
  standard_attributes: {
    access_control: [
      { pointer: "/nickname", ...access("readwrite") },
      { pointer: "/address", ...access("readwrite") },
      { pointer: "/website", ...access("readonly") },
      { pointer: "/locale", ...access("readonly") },
      { pointer: "/zoneinfo", ...access("hidden") },
    ],
  },
  custom_attributes: { attributes },
};
const open = (more = {}) => signedUp({ config: { user_profile, localization: { supported_languages: ["en", "de"] }, ...more } });
const kept = async (browser: HostedBrowser) => (await rowsOf(browser, "select standard_attributes, custom_attributes from auth_user where project_id = $1"))[0];
const edit = (variant: string) => `/settings/profile/${variant}/edit`;

/** Sends a form with a file, as the page's own form does. */
async function sendPicture(browser: HostedBrowser, content: Buffer | string) {
  const { payload, headers } = multipart([{ name: "x_action", content: "save" }, file(content)]);
  const { client } = browser;
  const cookie = Object.entries(client.jar).map(([name, value]) => `${name}=${value}`);
  const answer = await (client as unknown as Inject).http.fastify.inject({
    method: "POST",
    url: edit("picture"),
    payload,
    headers: { host: client.project.host, cookie: cookie.join("; "), "sec-fetch-site": "same-origin", ...headers },
  });
  for (const one of (answer as unknown as { cookies: { name: string; value: string }[] }).cookies) client.jar[one.name] = one.value;
  return browser.open(answer.headers.location as string);
}

describe("the profile", () => {
  it("shows what its owner may see, and leads to what he may write", async () => {
    const browser = await openLine(await open(), "Profile");
    expect(Object.keys(linesOf(browser))).toEqual([
      "Name",
      "Gender",
      "Date of birth",
      "Email address",
      "Website",
      "Address",
      "Language",
      "Hobby",
      "Rank",
      "Age",
      "Size",
      "Home country",
    ]);
    const leads = Object.keys(linesOf(browser)).filter((name) => hrefOf(browser, name));
    expect(leads).toEqual(["Name", "Gender", "Date of birth", "Address", "Hobby", "Age", "Size", "Home country"]);
    expect(browser.page).toContain(`href="${edit("picture")}"`);
  });

  it("is edited part by part, and told of", async () => {
    const browser = await openLine(await open(), "Profile");
    await openLine(browser, "Name");
    expect([...browser.page.matchAll(/<label for="[^"]*">([^<]*)/g)].map(([, text]) => text)).toEqual(["Given name", "Family name", "Nickname"]);
    await browser.press("Save", { "/given_name": "Ann", "/family_name": "Lee", "/nickname": "" });
    expect([browser.path, linesOf(browser).Name]).toEqual(["/settings/profile", "Ann Lee"]);
    await (await openLine(browser, "Gender")).press("Save", { "gender-select": "other", "gender-input": "agender" });
    expect(linesOf(browser).Gender).toBe("agender");
    await (await openLine(browser, "Gender")).press("Save", { "gender-select": "female", "gender-input": "" });
    await (await openLine(browser, "Date of birth")).press("Save", { "/birthdate": "2000-02-29" });
    await (await openLine(browser, "Address")).press("Save", { "/address/street_address": "1 Main St", "/address/country": "HK" });
    await (await openLine(browser, "Hobby")).press("Save", { "/hobby": "chess" });
    await (await openLine(browser, "Age")).press("Save", { "/age": "20" });
    await (await openLine(browser, "Size")).press("Save", { "/size": "large" });
    await (await openLine(browser, "Home country")).press("Save", { "/home_country": "JP" });
    expect(linesOf(browser)).toMatchObject({ Gender: "Female", "Date of birth": "2000-02-29", Address: "1 Main St, Hong Kong SAR China", Age: "20", "Home country": "Japan" });
    expect(await kept(browser)).toEqual({
      standard_attributes: {
        email: "ann@example.com",
        given_name: "Ann",
        family_name: "Lee",
        gender: "female",
        birthdate: "2000-02-29",
        address: { street_address: "1 Main St", country: "HK" },
      },
      custom_attributes: { hobby: "chess", age0: 20, size: "large", home_country: "JP" },
    });
    expect((await eventsOf(browser)).filter((type) => type === "user.profile.updated")).toHaveLength(9);
  });

  it("loses what is left empty, and keeps what the form did not hold", async () => {
    const browser = await open();
    await browser.send(edit("name"), { x_action: "save", "/given_name": "Ann", "/family_name": "Lee" });
    await browser.send(edit("name"), { x_action: "save", "/given_name": "" });
    await browser.send(edit("address"), { x_action: "save", "/address/locality": "Here" });
    await browser.send(edit("address"), { x_action: "save", "/address/locality": " " });
    expect((await kept(browser))?.standard_attributes).toEqual({ email: "ann@example.com", family_name: "Lee" });
  });

  it("says once what is wrong, and keeps what was typed", async () => {
    const browser = await open();
    await (await browser.open(`${edit("custom_attributes")}?pointer=/age`)).press("Save", { "/age": "17" });
    expect([browser.path, browser.alert]).toEqual([edit("custom_attributes"), "Please check what you entered."]);
    expect(browser.page).toMatch(/name="\/age"[^>]* value="17"[^>]* aria-describedby="page-alert" aria-invalid="true"/);
    expect((await browser.open(browser.url)).alert).toBeUndefined();
    await browser.send(edit("birthdate"), { x_action: "save", "/birthdate": "soon" });
    expect(browser.alert).toBe("This does not look right. Please check it.");
  });

  it.each([
    [edit("locale"), { "/locale": "de" }],
    [edit("zoneinfo"), { "/zoneinfo": "Asia/Hong_Kong" }],
    [`${edit("custom_attributes")}?pointer=/rank`, { "/rank": "1" }],
    [`${edit("custom_attributes")}?pointer=/note`, { "/note": "x" }],
    [`${edit("custom_attributes")}?pointer=/email`, { "/email": "x@example.com" }],
    [`${edit("custom_attributes")}?pointer=/nosuch`, { "/nosuch": "x" }],
  ])("is not written where it is not his to write: %s", async (page, form) => {
    const browser = await open();
    const before = await kept(browser);
    await browser.open(page);
    expect([browser.status, browser.title]).toEqual([403, "You cannot change this"]);
    await browser.send(page, { x_action: "save", ...(form as unknown as Record<string, string>) });
    expect([browser.status, await kept(browser)]).toEqual([403, before]);
  });

  it("takes no other attribute along with a form (mass assignment)", async () => {
    const browser = await open();
    await browser.send(edit("name"), { x_action: "save", "/given_name": "Ann", "/rank": "1", "/email": "x@example.com", "/zoneinfo": "Asia/Hong_Kong", "/middle_name": "B" });
    expect(await kept(browser)).toEqual({ standard_attributes: { email: "ann@example.com", given_name: "Ann" }, custom_attributes: {} });
  });

  it("has no other pages", async () => {
    const browser = await open();
    for (const variant of ["email", "phone_number", "nosuch", "constructor"]) expect([variant, (await browser.open(edit(variant))).status]).toEqual([variant, 404]);
  });

  it("offers languages of the project and time zones with an area", async () => {
    const browser = await signedUp({ config: { localization: { supported_languages: ["en", "de"] } } });
    await browser.open(edit("locale"));
    expect([...browser.page.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value)).toEqual(["", "en", "de"]);
    await browser.press("Save", { "/locale": "de" });
    await browser.open(edit("zoneinfo"));
    expect(browser.page).toContain('<option value="Asia/Hong_Kong">');
    await browser.press("Save", { "/zoneinfo": "Asia/Hong_Kong" });
    expect(linesOf(browser)).toMatchObject({ Language: "German", "Time zone": "Asia/Hong_Kong" });
  });

  it("writes nothing into a page that could be run (stored XSS)", async () => {
    const browser = await open();
    const evil = `"><script>alert(1)</script>`;
    await browser.send(edit("name"), { x_action: "save", "/given_name": evil });
    for (const page of ["/settings", "/settings/profile", edit("name")]) expect((await browser.open(page)).page).not.toContain("<script>alert");
  });
});

describe("the picture of a profile", () => {
  it("is sent by the page's own form, shown everywhere, and removed", async () => {
    const browser = await open();
    await browser.open(edit("picture"));
    expect(browser.page).toMatch(/<form method="post" action="[^"]*" enctype="multipart\/form-data">/);
    await sendPicture(browser, await photo(1));
    expect(browser.path).toBe("/settings/profile");
    const { project } = browser.client.project;
    const picture = (await kept(browser))?.standard_attributes.picture as string;
    expect(picture).toMatch(new RegExp(`^authgearimages:///${project.id}/[0-9a-f-]{36}$`));
    const shown = `http://${browser.client.project.host}/_images/${picture.slice("authgearimages:///".length)}/profile`;
    for (const page of ["/settings", "/settings/profile", edit("picture")]) expect((await browser.open(page)).page).toContain(`src="${shown}"`);
    const image = await browser.client.send(shown);
    expect([image.status, image.headers["content-type"]]).toEqual([200, "image/jpeg"]);
    expect((await browser.client.send("/oauth2/userinfo")).json.picture).toBe(shown);
    await browser.press("Remove the picture");
    expect((await kept(browser))?.standard_attributes.picture).toBeUndefined();
  });

  it("may be an address, as scripts of apps send it", async () => {
    const browser = await open();
    const { project, host } = browser.client.project;
    await browser.send(edit("picture"), { x_action: "save", "/picture": `authgearimages:///${project.id}/1` });
    expect((await kept(browser))?.standard_attributes.picture).toBe(`authgearimages:///${project.id}/1`);
    await browser.send(edit("picture"), { x_action: "save", "/picture": `http://${host}/_images/${project.id}/2/profile` });
    expect((await kept(browser))?.standard_attributes.picture).toBe(`authgearimages:///${project.id}/2`);
    await browser.send(edit("picture"), { x_action: "save", "/picture": "javascript:alert(1)" });
    expect([browser.alert, (await kept(browser))?.standard_attributes.picture]).toEqual(["This does not look right. Please check it.", `authgearimages:///${project.id}/2`]);
  });

  it.each([
    ["a script in an SVG", async () => svg, "This file is no picture we can use. Choose a PNG or JPEG file."],
    ["a decompression bomb", async () => bomb(30_000), "This file is no picture we can use. Choose a PNG or JPEG file."],
    ["more than 10 MiB", async () => Buffer.alloc(10 * 1024 * 1024 + 1), "This picture is too large. Choose one of at most 10 MB."],
    ["nothing", async () => "", "Please choose a picture first."],
  ])("is refused when it is %s", async (_what, content, alert) => {
    const browser = await open();
    await sendPicture(browser, await content());
    expect([browser.path, browser.alert, (await kept(browser))?.standard_attributes.picture]).toEqual([edit("picture"), alert, undefined]);
  });

  it("counts as an upload: ten an hour", async () => {
    const browser = await open();
    const image = await photo(1);
    for (let i = 0; i < 10; i += 1) await sendPicture(browser, image);
    expect(browser.path).toBe("/settings/profile");
    await sendPicture(browser, image);
    expect([browser.path, browser.alert]).toEqual([edit("picture"), "Too many attempts. Please wait a little and try again."]);
    expect((await browser.client.send("/api/images/upload", { method: "POST" })).status).toBe(429);
  });
});

it("the way back leads from every part to the profile", async () => {
  const browser = await open();
  await browser.open(edit("gender"));
  expect((await openLink(browser, "Back")).path).toBe("/settings/profile");
});
