import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { useBrowser } from "../support/browser.js";
import { signUpInputs } from "../support/flow.js";
import { expectSound, press, SCREENS, send } from "../support/hosted-page.js";
import { PASSWORD, Project } from "../support/project.js";

const NUMBER = "+85251234567";
const BY_PHONE = {
  identity: { login_id: { keys: [{ type: "phone" }] } },
  ui: { phone_input: { allowlist: ["DE", "FR", "GB", "HK", "US"], pinned_list: ["HK", "GB"], preselect_by_ip_disabled: true } },
};

describe.each(SCREENS)("fields of the hosted pages on a $name", ({ name: _, ...looks }) => {
  const { newPage } = useBrowser({ ...looks, locale: "en" });

  const active = (page: Page) => page.evaluate("document.activeElement.id || document.activeElement.className");

  /** The page of a phone login, with its list of countries. */
  async function atPhone(project: Project, path = "/login"): Promise<Page> {
    const page = await newPage();
    await page.goto(`${project.origin}${path}`);
    await page.waitForSelector(".country");
    await expectSound(page);
    return page;
  }
  const calling = async (page: Page) => ((await page.textContent(".country")) ?? "").replace(/^.*\+/u, "+");
  const sent = (page: Page) => page.inputValue("input[type=hidden][name=x_login_id], input[type=hidden][name=q_login_id]");

  it("choose a country by keyboard and mouse, pinned ones first, and send the number in international form", async () => {
    const page = await atPhone(await Project.make({ config: BY_PHONE }));
    expect([await calling(page), await active(page)]).toEqual(["+852", "x_login_id"]);
    await page.click(".country");
    await expectSound(page);
    const listed = async () => (await page.locator("[role=option]").allTextContents()).map((text) => text.replace(/^\P{L}+/u, ""));
    expect(await listed()).toEqual(["Hong Kong +852", "United Kingdom +44", "France +33", "Germany +49", "United States +1"]);
    await page.keyboard.type("ger");
    expect(await listed()).toEqual(["Germany +49"]);
    await page.keyboard.press("Enter");
    expect([await calling(page), await active(page)]).toEqual(["+49", "x_login_id"]);
    await page.keyboard.type("030 123456");
    expect(await sent(page)).toBe("+4930123456");
    await page.click(".country");
    await page.keyboard.press("Escape");
    expect([await page.isVisible(".countries"), await active(page)]).toEqual([false, "country"]);
    await page.click(".country");
    await page.keyboard.type("+3");
    await page.getByRole("option", { name: "France" }).click();
    await page.getByLabel("Phone number").fill("01 23 45 67 89");
    expect([await calling(page), await sent(page)]).toEqual(["+33", "+33123456789"]);
  });

  it("follow an international number to its country, and keep what cannot be read as it was typed", async () => {
    const page = await atPhone(await Project.make({ config: BY_PHONE }));
    await page.getByLabel("Phone number").pressSequentially("+447911123456");
    expect([await calling(page), await sent(page)]).toEqual(["+44", "+447911123456"]);
    await page.keyboard.press("Tab");
    expect(await page.inputValue("#x_login_id")).toBe("07911 123456");
    await page.getByLabel("Phone number").fill("someone");
    expect(await sent(page)).toBe("someone");
    await press(page, "Continue");
    await page.waitForSelector("[role=alert]:visible");
    expect(await page.getByLabel("Phone number").inputValue()).toBe("someone");
    await expectSound(page);
  });

  it("sign people up by phone and password, with a meter of its strength; without script, too", async () => {
    const policy = { min_length: 8, minimum_guessable_level: 3 };
    const project = await Project.make({ config: { ...BY_PHONE, authenticator: { password: { policy } } } });
    const page = await atPhone(project, "/signup");
    await send(page, "Continue", { "Phone number": "5123 4567" });
    await page.waitForSelector("[data-strength]:not([hidden])");
    await expectSound(page);
    const meter = page.getByRole("meter", { name: "Strength of the password" });
    const shown = async (password: string) => {
      await page.getByLabel("New password", { exact: true }).fill(password);
      const met = await page.evaluate("[...document.querySelectorAll('#password-rules li')].map((rule) => rule.dataset.met)");
      return [await meter.getAttribute("aria-valuenow"), await meter.getAttribute("aria-valuetext"), met];
    };
    expect(await shown("password1")).toEqual(["1", "Very weak", ["true", "false"]]);
    expect(await shown(PASSWORD)).toEqual(["5", "Strong", ["true", "true"]]);
    expect(await shown("")).toEqual(["0", "", ["false", "false"]]);
    await shown(PASSWORD);
    await expectSound(page);
    await send(page, "Continue", { "Repeat the password": PASSWORD });
    await page.waitForURL(/\/settings$/);

    const plain = await newPage({ javaScriptEnabled: false });
    await plain.goto(`${project.origin}/login`);
    expect(await plain.locator(".country").count()).toBe(0);
    await send(plain, "Continue", { "Phone number": NUMBER });
    await send(plain, "Sign in", { Password: PASSWORD });
    await plain.waitForURL(/\/settings$/);
  });

  it("count down until an account is free again, over the whole page", async () => {
    const lockout = { max_attempts: 1, history_duration: "1h", minimum_duration: "10m", maximum_duration: "1h", lockout_type: "per_user", password: { enabled: true } };
    const project = await Project.make({ authentication: { lockout } });
    await project.browser().finish("signup", signUpInputs("ann@example.com", PASSWORD));
    const page = await newPage();
    await page.clock.install();
    await page.goto(`${project.origin}/login`);
    await send(page, "Continue", { "Email address": "ann@example.com" });
    await send(page, "Sign in", { Password: "wrong" });
    const dialog = page.getByRole("dialog", { name: "Account locked" });
    await dialog.waitFor();
    expect([await page.textContent(".countdown"), await active(page)]).toEqual([expect.stringMatching(/^(10|0\d):[0-5]\d$/), "overlay"]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('.overlay') !== null")).toBe(true);
    await page.clock.fastForward("11:00");
    await dialog.waitFor({ state: "detached" });
    expect(await active(page)).toBe("x_password");
    await project.admin("mutation ($userID: ID!) { resetAccountLockout(input: { userID: $userID }) { user { id } } }", { userID: (await project.users())[0]?.id });
    await send(page, "Sign in", { Password: PASSWORD });
    await page.waitForURL(/\/settings$/);
  });

  it("count down until a code can be sent again", async () => {
    const rate_limits = { oob_otp: { email: { trigger_cooldown: "10m" } } };
    const project = await Project.make({ authentication: { primary_authenticators: ["oob_otp_email"], rate_limits } });
    const page = await newPage();
    await page.clock.install();
    await page.goto(`${project.origin}/signup`);
    await send(page, "Continue", { "Email address": "ann@example.com" });
    const resend = page.getByRole("button", { name: /^Send a new code \((10|0\d):[0-5]\d\)$/ });
    await resend.waitFor();
    expect(await resend.isDisabled()).toBe(true);
    await page.clock.fastForward("11:00");
    await page.getByRole("button", { name: "Send a new code", exact: true, disabled: false }).waitFor();
  });
});
