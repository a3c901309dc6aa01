// better-auth's addresses are no routes of ours, so what the document says of them is written here.

type Schema = Record<string, unknown>;

const text = { type: "string" };
const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
const json = (schema: Schema) => ({ "application/json": { schema } });
const answer = (description: string, schema: Schema) => ({ description, content: json(schema) });

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});
const refusals = {
  400: problem("Malformed request"),
  401: problem("No credential, or not a good one"),
  403: problem("Not allowed"),
  415: problem("Not a media type this takes"),
  422: problem("Valid JSON with invalid content"),
  429: problem("Too many requests"),
  503: problem("Something this depends on is down"),
};

const email = { type: "string", format: "email", maxLength: 254 };
const name = { type: "string", minLength: 1, maxLength: 100 };
const password = { type: "string", minLength: 8, maxLength: 128 };
const person = object({ id: text, name: text, email: text, emailVerified: { type: "boolean" } });
const signedIn = answer("Signed in; the session's cookie is set", object({ user: person }));

type Told = { id: string; summary: string; body?: Schema; responses: Record<number, unknown>; limited?: boolean };

const operation = ({ id, summary, body, responses, limited = false }: Told) => ({
  operationId: id,
  tags: ["Accounts"],
  summary,
  security: [],
  "x-access": "public",
  "x-limit": limited ? "auth" : "none",
  ...(body && { requestBody: { required: true, content: json(body) } }),
  responses: { ...responses, ...refusals },
});

/** What the API document says of `/v1/auth/*`, by path and method. */
export const authPaths = {
  "/v1/auth/sign-up/email": {
    post: operation({
      id: "signUp",
      summary: "Make an account, and sign in",
      body: object({ name, email, password }),
      responses: { 200: signedIn },
      limited: true,
    }),
  },
  "/v1/auth/sign-in/email": {
    post: operation({
      id: "signIn",
      summary: "Sign in",
      body: object({ email, password: text }),
      responses: { 200: signedIn },
      limited: true,
    }),
  },
  "/v1/auth/sign-in/social": {
    post: operation({
      id: "signInWithGitHub",
      summary: "Begin to sign in with GitHub, where that is set up: the answer's address is where to send the person",
      body: object({ provider: { type: "string", const: "github" }, callbackURL: text }, ["provider"]),
      responses: { 200: answer("Where it goes on", object({ url: text, redirect: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/request-password-reset": {
    post: operation({
      id: "requestPasswordReset",
      summary:
        "Have a link for a new password sent, where mail is set up; the answer is the same for an address that nobody has",
      body: object({ email }),
      responses: { 200: answer("On its way, if there is such an account", object({ status: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/reset-password": {
    post: operation({
      id: "resetPassword",
      summary: "Set a new password by the link's token, which is good once and for an hour; every session ends",
      body: object({ token: text, newPassword: password }),
      responses: { 200: answer("Set", object({ status: { type: "boolean" } })) },
      limited: true,
    }),
  },
  "/v1/auth/sign-out": {
    post: operation({
      id: "signOut",
      summary: "End the session",
      responses: { 200: answer("Signed out", object({ success: { type: "boolean" } })) },
    }),
  },
  "/v1/auth/get-session": {
    get: operation({
      id: "getSession",
      summary: "Who is signed in by the cookie; null for nobody",
      responses: {
        200: answer("The session", {
          anyOf: [object({ session: object({ expiresAt: { type: "string" } }), user: person }), { type: "null" }],
        }),
      },
    }),
  },
  "/v1/auth/change-password": {
    post: operation({
      id: "changePassword",
      summary: "Change one's password",
      body: object({ currentPassword: text, newPassword: password, revokeOtherSessions: { type: "boolean" } }, [
        "currentPassword",
        "newPassword",
      ]),
      responses: { 200: answer("Changed", object({ user: person })) },
    }),
  },
};
