import { expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OtpRequest } from "./code-target.js";
import { outgoingMessage } from "./outgoing-otp.js";

const ctx = { request: { publicOrigin: "https://acme.test" } } as ProjectContext;
const request: OtpRequest = { purpose: "forgot-password", target: "ada@example.com", channel: "email", form: "link", userId: "u", message: "forgot-password" };

it("templates hear whether there is a password to be recovered", () => {
  expect(outgoingMessage(ctx, { ...request, hasPassword: true }, "C").variables).toEqual({ Email: "ada@example.com", Phone: "", HasPassword: "true" });
  expect(outgoingMessage(ctx, request, "C").variables).toEqual({ Email: "ada@example.com", Phone: "" });
});

it("links lead to the page of their purpose, and say when an administrator sent them", () => {
  expect(outgoingMessage(ctx, request, "C").link).toBe("https://acme.test/authflow/v2/reset_password?code=C");
  expect(outgoingMessage(ctx, { ...request, byAdmin: true }, "C").link).toBe("https://acme.test/authflow/v2/reset_password?code=C&x_from_admin_api=true");
  expect(outgoingMessage(ctx, { ...request, purpose: "oob-otp", message: "authenticate-primary-oob" }, "C")).toMatchObject({
    link: "https://acme.test/authflow/v2/verify_login_link?code=C",
    template: "authenticate_primary_login_link",
  });
});
