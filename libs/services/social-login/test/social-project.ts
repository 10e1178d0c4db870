import { type TestProject, testPlatform, testProject } from "@gatehouse/platform-testing";
import { SocialLogin } from "@gatehouse/service-social-login";
import type { FakeType } from "./fake-credentials.js";
import type { FakeProvider } from "./fake-provider.js";

/** The redirect URI of these tests. */
export const CALLBACK = "https://app.example/callback?from=test";

/** Social login over the fake provider, with empty caches. */
export async function socialLogin(fake: FakeProvider): Promise<SocialLogin> {
  const { env } = await testPlatform();
  return new SocialLogin(env, fake.endpoints);
}

/** A project with one provider; its alias is the type. */
export function projectWith(fake: FakeProvider, type: FakeType, more: Record<string, unknown> = {}): Promise<TestProject> {
  return testProject({
    config: { identity: { oauth: { providers: [fake.config(type, more)] } } },
    secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: type, client_secret: fake.clientSecret(type) }] } }],
  });
}

/** Goes to the provider and back as far as the callback's query. */
export async function visitProvider(social: SocialLogin, { ctx }: TestProject, { fake, alias }: { fake: FakeProvider; alias: FakeType }): Promise<string> {
  return fake.authorize(await social.authorizationUrl(ctx, { alias, redirectUri: CALLBACK, responseMode: "form_post" }));
}
