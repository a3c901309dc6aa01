import { describe, expect, it } from "vitest";
import { type Actor, isAdmin } from "../../../worker/accounts/index.ts";
import { parseConfig } from "../../../worker/config/index.ts";

const variables = {
  DATABASE_URL: "postgres://ada@db.example/edgesmith",
  AUTH_SECRET: "a-secret-of-thirty-two-characters",
  APP_URL: "https://edgesmith.example",
  PREVIEW_DOMAIN: "preview.example",
  ...{ SESSIONS: {}, RATE_LIMITERS: {}, DELIVERIES: {}, PREVIEW: {} },
  ADMIN_EMAILS: " Ada@Example.com ,grace@example.com,",
};
const withMail = { ...variables, MAIL_API_KEY: "key", MAIL_FROM: "edgesmith@example.com" };

const person = (email: string, emailVerified = false): Actor => ({
  ...{ kind: "user", ownerId: "usr_1", plan: "free", name: "Ada", sessionId: "ses_1" },
  email,
  emailVerified,
});

describe("an owner of the platform", () => {
  it("The addresses of ADMIN_EMAILS are owners, in any case", () => {
    const config = parseConfig(variables);
    expect(["ada@example.com", "GRACE@example.com"].map((email) => isAdmin(config, person(email)))).toEqual([
      true,
      true,
    ]);
    expect(["eve@example.com", "", "da@example.com"].map((email) => isAdmin(config, person(email)))).toEqual([
      ...[false, false, false],
    ]);
  });

  it("Where mail is configured, an address must be verified", () => {
    const config = parseConfig(withMail);
    expect([false, true].map((verified) => isAdmin(config, person("ada@example.com", verified)))).toEqual([
      false,
      true,
    ]);
  });

  it("Without ADMIN_EMAILS nobody is an owner, and a token never is", () => {
    expect(isAdmin(parseConfig({ ...variables, ADMIN_EMAILS: "" }), person(""))).toBe(false);
    const token: Actor = {
      ...{ kind: "token", ownerId: "usr_1", plan: "free", name: "t", tokenId: "tok_1", scopes: [] },
      emailVerified: true,
    };
    expect(isAdmin(parseConfig(variables), token)).toBe(false);
  });
});
