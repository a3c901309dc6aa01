import { describe, expect, it } from "vitest";
import { redact, redactedJson, redactText } from "../../../worker/monitoring/index.ts";

const canary = "C4n4ryC4n4ryC4n4ryC4n4ryC4n4ry123456";

/** Texts with the canary as a secret of each kind. */
const secretTexts = [
  `esk_${canary}`,
  `token esk_${canary}.`,
  `POST /v1/invitations/esi_${canary}/accept`,
  `whsec_${canary}=`,
  `sk-ant-api03-${canary}`,
  `sk-proj-${canary}`,
  `ghp_${canary}`,
  `github_pat_${canary}`,
  `gho_${canary}`,
  `sk_live_${canary}`,
  `rk_test_${canary}`,
  `mysql://ada:${canary}@db.example.com/app`,
  `postgres://ada:${canary}@db.example.com:5432/app?sslmode=require`,
  `rediss://default:${canary}@eu1.upstash.io`,
  `https://ada:${canary}@example.com/path`,
  `https://${canary}@sentry.example.com/42`,
  `Authorization: Bearer ${canary}`,
  `{"authorization":"Basic ${canary}"}`,
  `bearer ${canary}`,
  `cookie: theme=dark; better-auth.session_token=${canary}`,
  `set-cookie: __Host-session=${canary}; Path=/; HttpOnly`,
  `__Secure-better-auth.session_token=${canary}`,
  `password=${canary}`,
  `{"password":"${canary}"}`,
  `passwd: ${canary}`,
  `secret="${canary}"`,
  `api_key: ${canary}`,
  `access_token=${canary}`,
  `eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}`,
  `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
  `Failed query: insert into "file" values ($1)\nparams: ${canary}`,
];

describe("redaction", () => {
  it.each(secretTexts)("The secret is redacted in %j", (text) => expect(redactText(text)).not.toContain(canary));

  it.each([
    "The project prj_01k9zs4t6m8q3w5x7y9abcdefg has changed.",
    "GET /v1/projects/{id}/files/{path}",
    "https://example.com/hook?since=2026-11-23",
    "sorted by session, then by token count",
  ])("The text %j is not redacted", (text) => expect(redactText(text)).toBe(text));

  it.each(secretTexts)("The JSON of a record with the secret in %j is that of the redacted record", (text) => {
    const fields = { level: "info", ms: 1.5, code: undefined, spans: [{ name: text, ok: true }] };
    expect(redactedJson(fields)).toBe(JSON.stringify(redact(fields)));
    expect(redactedJson(fields)).not.toContain(canary);
  });

  it.each(["token", "databaseUrl", "database_url", "cookie", "password", "x-api-key"])(
    "The JSON of a record has no value of a member that is named %s",
    (name) => {
      const fields = { spans: [{ [name]: canary }] };
      expect(redactedJson(fields)).toBe('{"spans":[{"NAME":"[redacted]"}]}'.replace("NAME", name));
    },
  );

  it("The JSON of a record without a secret is that of the record, and so is that of a request by a session", () => {
    const fields = { actorKind: "session", route: "/v1/projects/{id}", spans: [{ kind: "session", name: 'say "hi"' }] };
    expect(redactedJson(fields)).toBe(JSON.stringify(fields));
  });

  it("A member with a secret name is redacted at any depth", () => {
    const value = { user: { name: "Ada", password: canary, token: canary, ids: [{ cookie: canary }] }, secret: null };
    expect(redact(value)).toEqual({
      user: { name: "Ada", password: "[redacted]", token: "[redacted]", ids: [{ cookie: "[redacted]" }] },
      secret: null,
    });
  });

  it("A value that refers to itself is redacted without recursion", () => {
    const loop: Record<string, unknown> = { name: "loop" };
    loop.self = loop;
    expect(JSON.stringify(redact(loop))).toContain("[deeper]");
  });
});
