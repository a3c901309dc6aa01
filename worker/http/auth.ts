import type { Context } from "hono";
import { authOf, behindAnswer, endedAccess, noteOwn } from "../accounts/index.ts";
import { isOneLine, isStorable, longestName, notOneLine } from "../contract/index.ts";
import { translate } from "../database/index.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { checkLimit, limiterOf } from "../limits/index.ts";
import { requireOrigin } from "./access.ts";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./environment.ts";
import { problemResponse } from "./problem.ts";
import { announceEnded } from "./revocation.ts";
import { newRouter } from "./router.ts";
import { refuseOtherCharset, textIn } from "./strict-body.ts";

const guessable = /\/(sign-in|sign-up)\/|\/(request-password-reset|reset-password)$/;

/** better-auth at its own paths: its answers as they are, its errors as problems. */
export function authRouter() {
  const router = newRouter();
  router.on(["GET", "POST"], "/v1/auth/*", async (c) => {
    if (c.req.method === "POST" && c.req.header("cookie") !== undefined) {
      requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    }
    if (c.req.method === "POST") await refuseMalformed(c);
    if (c.req.method === "POST" && guessable.test(c.req.path)) await limitSignIn(c);
    const ended = new Set<string>();
    const answer = await endedAccess.run(ended, () => answerOf(c));
    announceEnded(c, ended);
    if (answer.status >= 400) return problemOf(c, answer);
    if (c.req.path.endsWith("/change-password")) await noteChange(c, answer.clone());
    return answer;
  });
  return router;
}

/** What goes wrong in the database as it is everywhere; otherwise better-auth's own answer. */
async function answerOf(c: Context<AppEnv>): Promise<Response> {
  try {
    const auth = authOf(c.get("config"), c.get("database"));
    return await behindAnswer.run(
      (work) => c.executionCtx.waitUntil(work),
      () => auth.handler(c.req.raw),
    );
  } catch (error) {
    throw translate(error);
  }
}

/** Sessions are noted where they are made; a change of the password is one of the account. */
async function noteChange(c: Context<AppEnv>, answer: Response): Promise<void> {
  const userId: unknown = Object(Object(await answer.json()).user).id;
  if (typeof userId === "string") await noteOwn(c.get("config"), c.get("database"), userId, "password.changed");
}

/** As long as a field may be, in characters: better-auth limits none, and what it stores is kept in many places. */
const longestField = (name: string): number => (name === "name" ? longestName : name === "email" ? 254 : 10_000);

/** better-auth answers a body that is no JSON like one with wrong fields, and stores what PostgreSQL cannot hold as it comes out. */
async function refuseMalformed(c: Context<AppEnv>): Promise<void> {
  const bytes = await c.req.raw.clone().arrayBuffer();
  if (bytes.byteLength === 0) return;
  // It would take forms as well, past all that is looked at here and by `limitSignIn`.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  refuseOtherCharset(c);
  const text = textIn(bytes);
  const body = text === null ? undefined : parsed(text);
  if (body === undefined) throw new AppError("malformed_json", "The body is not valid JSON in UTF-8.");
  eachField(body, (key, value) => {
    const most = longestField(key);
    if (value.length > most) throw refused(key, "too_big", `${key} must have at most ${most} characters.`);
    if (!isStorable(value))
      throw refused(key, "invalid_text", `${key} holds a NUL character or a lone surrogate, which cannot be stored.`);
    if (key !== "name") return;
    // As `PATCH /v1/me` has it.
    if (value.trim() === "") throw refused(key, "too_small", "name must not be empty.");
    if (!isOneLine(value)) throw refused(key, "control_character", `name ${notOneLine}.`);
  });
}

/** Every text within a value, with the name it stands under. */
function eachField(body: unknown, visit: (key: string, text: string) => void): void {
  const rest: [key: string, value: unknown][] = [["", body]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [key, value] = next;
    if (typeof value === "string") visit(key, value);
    else if (typeof value === "object" && value !== null) rest.push(...Object.entries(value));
  }
}

const refused = (key: string, code: string, detail: string) =>
  new AppError("invalid_request", detail, { errors: [{ pointer: `/${key}`, code, detail }] });

/** Sign-in and sign-up count by address and by account. */
async function limitSignIn(c: Context<AppEnv>): Promise<void> {
  const email = emailIn(await c.req.raw.clone().text());
  const headers = await checkLimit({
    limiter: limiterOf(c.env, c.get("config")),
    class: "auth",
    key: email === null ? [`address ${addressOf(c)}`] : [`address ${addressOf(c)}`, `account ${email}`],
  });
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function emailIn(text: string): string | null {
  const body = parsed(text);
  return typeof body === "object" && body !== null && "email" in body && typeof body.email === "string"
    ? body.email
    : null;
}

const codes: Record<number, ErrorCode> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  415: "unsupported_media_type",
  422: "invalid_request",
  429: "rate_limited",
};

/** What it says where the database failed it: the cause is its own secret. */
const unstored = /^failed_to_(create_user|create_session|get_session)$/;

async function problemOf(c: Context<AppEnv>, answer: Response): Promise<Response> {
  const body = parsed(await answer.text());
  const field = (name: string): string | undefined => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const code = codes[answer.status] ?? "internal";
  const reason = field("code")?.toLowerCase();
  const detail = field("message") ?? "The request was refused.";
  if (code === "internal" || unstored.test(reason ?? "")) {
    throw new AppError("dependency_down", "Accounts cannot be reached at the moment. Try again.", { retryAfter: 2 });
  }
  for (const cookie of answer.headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
  return problemResponse(c, new AppError(code, detail, { members: reason ? { reason } : {} }));
}
