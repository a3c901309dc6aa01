import type { AuthPath } from "../routes/auth-methods.ts";

// better-auth's paths are not routes of this API, so their part of the document is written here.

type Schema = Record<string, unknown>;

const text = { type: "string" };
const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
const json = (schema: Schema) => ({ "application/json": { schema } });
const response = (description: string, schema: Schema) => ({ description, content: json(schema) });

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});
const refusals = {
  400: problem("Malformed request"),
  401: problem("Missing or invalid credential"),
  403: problem("Not allowed, or the account is suspended"),
  413: problem("Too large"),
  415: problem("Unsupported media type"),
  422: problem("Invalid content"),
  429: problem("Too many requests"),
  503: problem("A dependency is unavailable"),
};

const email = { type: "string", format: "email", maxLength: 254 };
const page = { "text/html": { schema: text } };
const name = { type: "string", minLength: 1, maxLength: 100 };
const password = { type: "string", minLength: 8, maxLength: 128 };
const person = object({ id: text, name: text, email: text, emailVerified: { type: "boolean" } });
const signedIn = response("Signed in; the session's cookie is set", object({ user: person }));
const signedInOrAsked = response("Signed in, with the session's cookie; or the account's second factor is required", {
  anyOf: [
    object({ user: person }),
    object({ twoFactorRedirect: { const: true }, twoFactorMethods: { type: "array", items: text } }),
  ],
});
const confirmed = {
  ...object({ password: { ...text, description: "Required if the account has a password." } }, []),
  additionalProperties: false,
};
const coded = (description: string): Schema => ({
  ...object({ code: { type: "string", description } }),
  additionalProperties: false,
});
const backupCodes = { type: "array", items: text };

type AuthOperation = {
  id: string;
  summary: string;
  body?: Schema;
  query?: Record<string, Schema & { required?: boolean; description: string }>;
  responses: Record<number, unknown>;
  limited?: boolean;
};

const parametersOf = (query: NonNullable<AuthOperation["query"]>) =>
  Object.entries(query).map(([name, { required = false, description, ...schema }]) => ({
    name,
    in: "query",
    required,
    description,
    schema,
  }));

const operation = ({ id, summary, body, query, responses, limited = false }: AuthOperation) => ({
  operationId: id,
  tags: ["Accounts"],
  summary,
  security: [],
  "x-access": "public",
  "x-limit": limited ? "auth" : "none",
  ...(query && { parameters: parametersOf(query) }),
  ...(body && { requestBody: { required: true, content: json(body) } }),
  responses: { ...responses, ...refusals },
});

/** The OpenAPI path items of `/v1/auth/*`, by path and method. */
export const authPaths = {
  "/v1/auth/sign-up/email": {
    post: operation({
      id: "signUp",
      summary: "Create an account and sign in",
      body: object({ name, email, password }),
      responses: { 200: signedIn },
      limited: true,
    }),
  },
  "/v1/auth/sign-in/email": {
    post: operation({
      id: "signIn",
      summary: "Sign in; with a second factor this is the first of two steps",
      body: object({ email, password: text }),
      responses: { 200: signedInOrAsked },
      limited: true,
    }),
  },
  "/v1/auth/sign-in/social": {
    post: operation({
      id: "signInWithGitHub",
      summary: "Start a sign-in with GitHub, if it is set up; send the person to the URL in the response",
      body: object({ provider: { type: "string", const: "github" }, callbackURL: text }, ["provider"]),
      responses: { 200: response("The URL to continue at", object({ url: text, redirect: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/request-password-reset": {
    post: operation({
      id: "requestPasswordReset",
      summary: "Send a password reset link, if mail is set up; the response is the same for an unknown address",
      body: object({ email }),
      responses: { 200: response("Sent, if the account exists", object({ status: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/reset-password": {
    post: operation({
      id: "resetPassword",
      summary:
        "Set a new password with the link's token, valid once and for an hour; every session and token ends, and webhooks and triggers are disabled",
      body: object({ token: text, newPassword: password }),
      responses: { 200: response("Set", object({ status: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/sign-out": {
    post: operation({
      id: "signOut",
      summary: "End the session",
      responses: { 200: response("Signed out", object({ success: { type: "boolean" } })) },
    }),
  },
  "/v1/auth/get-session": {
    get: operation({
      id: "getSession",
      summary: "The session of the cookie, or null",
      responses: {
        200: response("The session", {
          anyOf: [object({ session: object({ expiresAt: { type: "string" } }), user: person }), { type: "null" }],
        }),
      },
    }),
  },
  "/v1/auth/send-verification-email": {
    post: operation({
      id: "sendVerificationEmail",
      summary: "Resend the link that verifies an email address, if mail is set up",
      body: object({ email, callbackURL: text }, ["email"]),
      responses: { 200: response("Sent, if the account exists", object({ status: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/verify-email": {
    get: operation({
      id: "verifyEmail",
      summary: "Verify an email address with a link's token, valid for a day",
      query: {
        token: { ...text, required: true, description: "The token of the link." },
        callbackURL: { ...text, description: "The path of the app to continue at." },
      },
      responses: {
        200: response("Verified", object({ status: { type: "boolean" } })),
        302: { description: "To `callbackURL`, with `error` if the token was invalid" },
      },
    }),
  },
  "/v1/auth/two-factor/enable": {
    post: operation({
      id: "prepareSecondFactor",
      summary: "Create the secret of an authenticator app and backup codes; the first code turns the second factor on",
      body: confirmed,
      limited: true,
      responses: {
        200: response(
          "The secret as a URI for authenticator apps, and the backup codes; only this response contains them",
          object({ method: text, totpURI: text, backupCodes }),
        ),
      },
    }),
  },
  "/v1/auth/two-factor/verify-totp": {
    post: operation({
      id: "verifySecondFactor",
      summary: "Enter the app's code: the second step of a sign-in, the first code of a new app, or for this session",
      body: coded("Six digits, valid for about half a minute."),
      limited: true,
      responses: { 200: signedIn },
    }),
  },
  "/v1/auth/two-factor/verify-backup-code": {
    post: operation({
      id: "verifyBackupCode",
      summary: "Enter a backup code instead, which is valid once",
      body: coded("One of the codes that were shown when the second factor was set up."),
      limited: true,
      responses: { 200: signedIn },
    }),
  },
  "/v1/auth/two-factor/generate-backup-codes": {
    post: operation({
      id: "createBackupCodes",
      summary: "Replace the backup codes",
      body: confirmed,
      limited: true,
      responses: {
        200: response(
          "The new codes; only this response contains them",
          object({ status: { type: "boolean" }, backupCodes }),
        ),
      },
    }),
  },
  "/v1/auth/two-factor/disable": {
    post: operation({
      id: "disableSecondFactor",
      summary: "Turn the second factor off",
      body: confirmed,
      limited: true,
      responses: { 200: response("Off", object({ status: { type: "boolean" } })) },
    }),
  },
  "/v1/auth/callback/github": {
    get: operation({
      id: "finishGitHubSignIn",
      summary: "The endpoint that GitHub redirects a person to",
      query: {
        code: { ...text, description: "GitHub's code for this sign-in." },
        state: { ...text, description: "The state of the sign-in." },
        error: { ...text, description: "Why GitHub did not sign the person in." },
      },
      responses: {
        200: { description: "A page with the reason, when the browser cannot be redirected", content: page },
        302: { description: "Signed in, or redirected to the page with the reason" },
      },
    }),
  },
  "/v1/auth/error": {
    get: operation({
      id: "showSignInError",
      summary: "The page with the reason why a sign-in with GitHub failed, when its state is unknown",
      query: { error: { ...text, description: "The reason as a short code." } },
      responses: { 200: { description: "The page", content: page } },
    }),
  },
  "/v1/auth/change-password": {
    post: operation({
      id: "changePassword",
      summary: "Change your password",
      body: object(
        {
          currentPassword: text,
          newPassword: password,
          revokeOtherSessions: {
            type: "boolean",
            description: "Ends every other session, revokes all tokens, and disables webhooks and triggers.",
          },
          keepTokens: { type: "boolean", description: "Keeps tokens, webhooks and triggers unchanged." },
        },
        ["currentPassword", "newPassword"],
      ),
      limited: true,
      responses: { 200: response("Changed", object({ user: person })) },
    }),
  },
};

/** @returns the query parameters that an operation accepts; null when GitHub adds its own */
export function queryNamesOf(path: AuthPath): readonly string[] | null {
  if (path === "/callback/github" || path === "/error") return null;
  const [definition] = Object.values(Object(Reflect.get(authPaths, `/v1/auth${path}`)));
  const parameters: unknown = Reflect.get(Object(definition), "parameters");
  return Array.isArray(parameters) ? parameters.map(({ name }: { name: string }) => name) : [];
}
