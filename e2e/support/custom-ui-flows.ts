/** Flows of one's own: sign-up with an email code, a password and an authenticator app; login with either of the first two, then the app. */
export const FLOWS = {
  signup_flows: [
    {
      name: "custom",
      steps: [
        {
          type: "identify",
          name: "who",
          one_of: [
            {
              identification: "email",
              steps: [
                { type: "create_authenticator", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] },
                { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] },
                { type: "create_authenticator", one_of: [{ authentication: "secondary_totp", steps: [{ type: "view_recovery_code" }] }] },
              ],
            },
            { identification: "oauth" },
          ],
        },
      ],
    },
  ],
  login_flows: [
    {
      name: "custom",
      steps: [
        {
          type: "identify",
          name: "who",
          one_of: [
            {
              identification: "email",
              steps: [
                { type: "authenticate", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }, { authentication: "primary_password" }] },
                { type: "authenticate", optional: true, one_of: [{ authentication: "secondary_totp" }, { authentication: "recovery_code" }, { authentication: "device_token" }] },
              ],
            },
            { identification: "oauth" },
          ],
        },
        { type: "check_account_status" },
      ],
    },
  ],
};
