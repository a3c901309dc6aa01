import type { Context } from "hono";
import { auditRefusedSignIn, auditSelf, authOf, endAccess, servedRequest } from "../../accounts/index.ts";
import { toAppError } from "../../database/index.ts";
import { AppError, type ErrorCode } from "../../errors.ts";
import { metrics } from "../../monitoring/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireOrigin } from "../middleware/access.ts";
import { auditClient } from "../middleware/client-ip.ts";
import { problemResponse } from "../middleware/problem.ts";
import { secureAuthHeaders } from "../middleware/secure-auth-headers.ts";
import { refuseUnknownQuery } from "../middleware/strict-query.ts";
import { queryNamesOf } from "../openapi/auth-paths.ts";
import { type AuthBody, readAuthBody, requestWith } from "./auth-body.ts";
import { limitAccount, limitAddress } from "./auth-limits.ts";
import { type AuthPath, authMethods, isAuthPath } from "./auth-methods.ts";
import { sessionIn } from "./auth-session.ts";
import { newRouter } from "./new-router.ts";
import { SecondFactorRequest } from "./second-factor.ts";

/** Serves better-auth at the paths of the contract: forwards its responses, and converts its errors to problems. */
export function authRouter() {
  const router = newRouter();
  router.use("/v1/auth/*", secureAuthHeaders);
  router.all("/v1/auth/*", async (c) => {
    const path = knownPath(c);
    const queryNames = queryNamesOf(path);
    if (queryNames !== null) refuseUnknownQuery(c, queryNames);
    // better-auth does not handle HEAD, so it gets a GET; Hono omits the body.
    if (c.req.method !== "POST") return answered(c, path, await answerOf(c, new Request(c.req.raw, { method: "GET" })));
    if (c.req.header("cookie") !== undefined) requireOrigin(c.req.header("origin"), c.get("config").appOrigin);
    await limitAddress(c, path);
    const body = await readAuthBody(c, path);
    const attempt = await limitAccount(c, path, body);
    if (path === "/sign-out") await endOwnSession(c);
    const secondFactor = await SecondFactorRequest.of(c, path);
    const response = await answerOf(c, requestWith(c, body));
    // Refunds a successful attempt, which was not a guess at the password.
    if (response.status !== 401 && !isWrongPassword(response.status, path)) await attempt.succeeded();
    if (response.status === 401 && path === "/sign-in/email") auditRefusal(c, body);
    if (response.status === 401 && path.startsWith("/two-factor/verify-")) metrics.count("failed_sign_ins");
    if (response.ok) await secondFactor?.succeeded();
    return answered(c, path, response, body);
  });
  return router;
}

/**
 * Refuses better-auth's paths that are not in the contract.
 * @throws AppError `not_found`, `method_not_allowed`
 */
function knownPath(c: Context<AppEnv>): AuthPath {
  const path = c.req.path.slice("/v1/auth".length);
  if (!isAuthPath(path)) throw new AppError("not_found", "Not found.");
  const method = authMethods[path];
  const isHead = c.req.method === "HEAD" && method === "GET";
  if (c.req.method !== method && !isHead) {
    c.get("answerHeaders").set("Allow", method);
    throw new AppError("method_not_allowed", `This endpoint accepts ${method}.`);
  }
  return path;
}

/** Ends the session as `endAccess` ends every credential; better-auth then clears the cookies. */
async function endOwnSession(c: Context<AppEnv>): Promise<void> {
  const session = await sessionIn(c);
  if (session) await endAccess(c.get("database"), session.user.id, { what: "session", id: session.session.id });
}

/** better-auth responds to a wrong current password with 400. */
const isWrongPassword = (status: number, path: AuthPath): boolean =>
  (path === "/change-password" || path.startsWith("/two-factor/")) && status === 400;

async function answered(c: Context<AppEnv>, path: AuthPath, response: Response, body?: AuthBody): Promise<Response> {
  if (response.status >= 400) return problemOf(c, response);
  if (path === "/change-password") await afterPasswordChange(c, response.clone(), body);
  return response;
}

/**
 * @returns better-auth's response
 * @throws AppError the database's errors, translated as everywhere else
 */
async function answerOf(c: Context<AppEnv>, request: Request): Promise<Response> {
  const served = {
    waitUntil: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
    client: auditClient(c),
    path: c.req.path.slice("/v1/auth".length),
  };
  try {
    const auth = await authOf(c.get("config"), c.get("database"));
    return await servedRequest.run(served, () => auth.handler(request));
  } catch (error) {
    throw toAppError(error);
  }
}

/** Writes the audit record after the response, so that the response time does not reveal whether the account exists. */
function auditRefusal(c: Context<AppEnv>, { email }: AuthBody): void {
  metrics.count("failed_sign_ins");
  if (email === null) return;
  c.executionCtx.waitUntil(auditRefusedSignIn(c.get("config"), c.get("database"), email, auditClient(c)));
}

/**
 * When the change ended the other sessions, ends the account's other credentials and connections too, unless the owner
 * keeps them.
 */
async function afterPasswordChange(c: Context<AppEnv>, response: Response, body?: AuthBody): Promise<void> {
  const changed: unknown = await response.json();
  const userId: unknown = Object(Object(changed).user).id;
  if (typeof userId !== "string") return;
  const kept: unknown = Object(changed).token;
  if (body?.fields.revokeOtherSessions === true && typeof kept === "string") {
    const keepTokens = body.fields.keepTokens === true;
    await endAccess(c.get("database"), userId, {
      what: "everything",
      reason: "changed",
      keptSession: kept,
      keepTokens,
    });
  }
  await auditSelf(c.get("config"), c.get("database"), userId, "password.changed", auditClient(c));
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

/** better-auth's codes for failures of the database, whose causes it does not expose. */
const unstored = /^failed_to_(create_user|create_session|get_session)$/;

async function problemOf(c: Context<AppEnv>, response: Response): Promise<Response> {
  const body = parsed(await response.text());
  const field = (name: string): string | undefined => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const reason = field("code")?.toLowerCase();
  const code = reason === "account_suspended" ? reason : (codes[response.status] ?? "internal");
  const detail = field("message") ?? "The request was refused.";
  if (code === "internal" || unstored.test(reason ?? "")) {
    throw new AppError("dependency_down", "Sign-in service unavailable. Try again.", { retryAfter: 2 });
  }
  for (const cookie of response.headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
  return problemResponse(c, new AppError(code, detail, { members: reason ? { reason } : {} }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
