import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { addPasskeyDevice, useBrowser } from "../support/browser.js";
import { alertOf, at, download, follow, goBack, press, SCREENS, send, totpSecretOf } from "../support/hosted-page.js";
import { PASSWORD, Project } from "../support/project.js";
import { totp } from "../support/totp.js";

const EMAIL = "ann@example.com";
const levels = { end_user: "readwrite", bearer: "readonly", portal_ui: "readwrite" };
const OPTIONS = {
  authentication: {
    identities: ["login_id", "passkey"],
    primary_authenticators: ["password", "passkey"],
    secondary_authenticators: ["totp", "oob_otp_sms", "oob_otp_email", "password"],
    recovery_code: { list_enabled: true },
  },
  config: {
    identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } },
    account_deletion: { scheduled_by_end_user_enabled: true },
    localization: { supported_languages: ["en", "de"] },
    user_profile: {
      standard_attributes: { access_control: [{ pointer: "/address", access_control: levels }] },
      custom_attributes: { attributes: [{ id: "hobby", pointer: "/hobby", type: "enum", enum: ["chess", "go"], access_control: levels }] },
    },
    ui: { default_client_uri: "https://shop.example" },
  },
};

describe.each(SCREENS)("the settings on a $name", ({ name: _, ...looks }) => {
  const { newPage } = useBrowser(looks);

  /** Signs up through the pages, which offer a passkey at the end. */
  async function signUp(page: Page, project: Project): Promise<void> {
    await page.goto(`${project.origin}/signup`);
    await send(page, "Continue", { "Email, phone or user name": EMAIL });
    await send(page, "Continue", { "New password": PASSWORD, "Repeat the password": PASSWORD });
    await press(page, "Not now");
    await at(page, "Your account");
  }

  /** A browser whose Ann is signed in and looks at her settings. */
  async function signedUp(): Promise<{ page: Page; project: Project }> {
    const [page, project] = [await newPage(), await Project.make(OPTIONS)];
    await signUp(page, project);
    return { page, project };
  }

  it("edit the profile part by part, with a picture that is cut in the browser", async () => {
    const { page } = await signedUp();
    await follow(page, "Profile");
    await at(page, "Profile");
    await follow(page, /^Name/);
    await at(page, "Name");
    await send(page, "Save", { "Given name": "Ann", "Family name": "Lee" });
    await at(page, "Profile");
    await follow(page, /^Gender/);
    await at(page, "Gender");
    await page.getByLabel("Gender").selectOption("female");
    await press(page, "Save");
    await follow(page, /^Address/);
    await at(page, "Address");
    await page.getByLabel("Country").selectOption("HK");
    await send(page, "Save", { Town: "Kowloon" });
    for (const [part, choice] of [
      ["Time zone", "Asia/Hong_Kong"],
      ["Language", "de"],
      ["Hobby", "chess"],
    ] as const) {
      await follow(page, new RegExp(`^${part}`));
      await at(page, part);
      await page.getByLabel(part).selectOption(choice);
      await press(page, "Save");
    }
    await follow(page, /^Date of birth/);
    await at(page, "Date of birth");
    await send(page, "Save", { "Date of birth": "2000-02-29" });
    await follow(page, "Picture");
    await at(page, "Picture");
    await page.getByLabel("Choose a picture").setInputFiles({ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") });
    await press(page, "Save");
    await at(page, "Picture", "picture-refused");
    expect(await alertOf(page)).toContain("no picture we can use");
    const wide = await page.evaluate<string>(drawWide);
    await page.getByLabel("Choose a picture").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from(wide, "base64") });
    await page.waitForSelector('img.picture.large[src^="blob:"]');
    await press(page, "Save");
    await at(page, "Profile", "profile-full");
    const shown = await page.evaluate(shownPicture);
    expect(shown).toEqual({ width: 240, height: 240, middle: "0,128,0" });
    expect(await page.textContent("main")).toContain("Kowloon, Hong Kong");
    await goBack(page);
    await at(page, "Your account", "your-account-full");
    expect(await page.textContent(".person")).toContain("Ann Lee");
  });

  it("set up second steps, look at recovery codes, and forget trusted devices", async () => {
    const { page } = await signedUp();
    await follow(page, /^Two-step sign-in/);
    await at(page, "Two-step sign-in");
    await follow(page, /^Authenticator app/);
    await at(page, "Authenticator apps");
    await press(page, "Add an authenticator app");
    await at(page, "Set up your authenticator app");
    const secret = await totpSecretOf(page);
    await follow(page, "Next");
    await at(page, "Enter the code of your app");
    await send(page, "Confirm", { Code: "000000" });
    await at(page, "Enter the code of your app", "enter-the-code-wrong");
    await send(page, "Confirm", { Code: totp(secret) });
    await at(page, "Save your recovery codes");
    const codes = await page.locator(".codes li").allTextContents();
    expect(await download(page, "Download")).toBe("recovery_codes.txt");
    await press(page, "I have saved them");
    await at(page, "Two-step sign-in", "two-step-sign-in-on");
    await follow(page, /^Recovery codes/);
    await at(page, "Recovery codes");
    expect((await page.locator(".codes li").allTextContents()).sort()).toEqual(codes.sort());
    await press(page, "Make new codes");
    await at(page, "Save your recovery codes");
    await press(page, "I have saved them");
    await follow(page, /^Codes by phone/);
    await at(page, "Codes by phone");
    await follow(page, "Add a phone number");
    await at(page, "Add a phone number");
    await send(page, "Continue", { "Phone number": "+85298765432" });
    await at(page, "Enter the code");
    await send(page, "Confirm", { Code: "111111" });
    await at(page, "Codes by phone", "codes-by-phone-on");
    await goBack(page);
    await follow(page, /^Additional password/);
    await at(page, "Additional password");
    await follow(page, "Set an additional password");
    await at(page, "Set an additional password");
    await send(page, "Save", { "New additional password": "one more password", "Repeat the password": "one more password" });
    await at(page, "Additional password", "additional-password-on");
    await goBack(page);
    await press(page, "Forget all trusted devices");
    await at(page, "Two-step sign-in", "two-step-sign-in-all");
    await follow(page, /^Authenticator app/);
    await at(page, "Authenticator apps", "authenticator-apps-on");
    await press(page, /^Remove: TOTP/);
    await page.waitForSelector(".rows", { state: "detached" });
    await at(page, "Authenticator apps");
  });

  it("add a passkey and remove it", async () => {
    const { page } = await signedUp();
    await addPasskeyDevice(page);
    await follow(page, /^Passkeys/);
    await at(page, "Passkeys");
    await press(page, "Add a passkey");
    await page.waitForSelector(".row-name");
    await at(page, "Passkeys", "passkeys-one");
    await press(page, `Remove: ${EMAIL}`);
    await page.waitForSelector(".rows", { state: "detached" });
    await at(page, "Passkeys");
  });

  it("add, prove, choose and remove addresses, and show what is left", async () => {
    const { page, project } = await signedUp();
    await page.goto(`${project.origin}/settings/identity/email`);
    await at(page, "Email addresses", "email-addresses-one");
    await follow(page, "Add an email address");
    await at(page, "Add an email address");
    await send(page, "Save", { "Email address": "second@example.com" });
    await at(page, "Your account", "your-account-two-addresses");
    await follow(page, /^Email/);
    await at(page, "Email addresses");
    await follow(page, "Choose the main email address");
    await at(page, "Choose the main email address");
    await page.getByLabel("second@example.com").check();
    await press(page, "Save");
    await follow(page, /^second@example.com/);
    await at(page, "Email address");
    await press(page, "Verify");
    await at(page, "Enter the code", "verify-an-address");
    await send(page, "Confirm", { Code: "111111" });
    await at(page, "Your account", "your-account-proven");
    await follow(page, /^Phone/);
    await at(page, "Phone numbers");
    await goBack(page);
    await follow(page, /^Password/);
    await at(page, "Change your password");
    await goBack(page);
    await follow(page, /^Where you are signed in/);
    await at(page, "Where you are signed in");
    await follow(page, "Back to your account");
    await follow(page, /^Advanced settings/);
    await at(page, "Advanced settings");
    await follow(page, /^Delete your account/);
    await at(page, "Delete your account");
  });
});

/** A picture of 1600×800 whose middle is green and whose sides are red, in base64. A script for the page. */
const drawWide = `(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 800 });
  const context = canvas.getContext("2d");
  context.fillStyle = "red";
  context.fillRect(0, 0, 1600, 800);
  context.fillStyle = "green";
  context.fillRect(400, 0, 800, 800);
  return canvas.toDataURL("image/png").split(",")[1];
})()`;

/** Size of the picture on the page, and the colour of its left edge. A script for the page. */
const shownPicture = `(async () => {
  const image = document.querySelector("img.picture.large");
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return { width: image.naturalWidth, height: image.naturalHeight, middle: [...context.getImageData(2, 120, 1, 1).data].slice(0, 3).join(",") };
})()`;
