import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, z } from "./route.ts";

/** The secrets in which an app's owner sets the client of each provider. */
export const providerSecrets = {
  github: { clientId: "GITHUB_CLIENT_ID", clientSecret: "GITHUB_CLIENT_SECRET" },
  google: { clientId: "GOOGLE_CLIENT_ID", clientSecret: "GOOGLE_CLIENT_SECRET" },
} as const;

export type SignInSettings = z.infer<typeof shapes.signInSettings>;

const shapes = lazily(() => {
  const signInProvider = z
    .object({
      provider: z.enum(["github", "google"]).openapi({ description: "The identity provider." }),
      clientIdSecret: z
        .string()
        .openapi({ description: "The secret that holds the client id.", example: "GITHUB_CLIENT_ID" }),
      clientSecretSecret: z
        .string()
        .openapi({ description: "The secret that holds the client secret.", example: "GITHUB_CLIENT_SECRET" }),
      preview: z.boolean().openapi({ description: "Whether both secrets are set for the preview." }),
      public: z.boolean().openapi({ description: "Whether both secrets are set for the published app." }),
    })
    .openapi("SignInProvider");
  const signInSettings = z
    .object({
      callbackUrl: z.string().openapi({
        description: "The callback address to register with the provider, the same for every app.",
        example: "https://signin.edgesmith-apps.example/callback",
      }),
      providers: z
        .array(signInProvider)
        .openapi({ description: "All providers, including those that are not set up." }),
    })
    .openapi("SignInSettings");

  return { signInSettings };
});

export const signInRoutes = lazily(() => ({
  getSignInSettings: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/sign-in",
    access: "projects:read",
    role: "editor",
    limit: "read",
    tags: ["People"],
    summary: "The providers with which an app's visitors may sign in, and the callback URL to register there",
    request: { params: projectPath },
    responses: { 200: json(shapes.signInSettings, "The providers"), ...problems(401, 403, 404) },
  }),
}));
