import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { except } from "hono/combine";
import { AppError, causesOf } from "../errors.ts";
import { log, workContext } from "../monitoring/index.ts";
import { alertAfterRefusal } from "./cron/platform-alert.ts";
import type { AppEnv } from "./environment.ts";
import { allowedMethods } from "./middleware/allowed-methods.ts";
import { authentication } from "./middleware/authentication.ts";
import { bodyOf, typesOf } from "./middleware/body-types.ts";
import { closeEndedConnections } from "./middleware/close-ended-connections.ts";
import { preflight } from "./middleware/cors.ts";
import { decompress } from "./middleware/decompress.ts";
import { appErrorOf, problemResponse } from "./middleware/problem.ts";
import { renewSignatures } from "./middleware/renew-signatures.ts";
import { requestScope } from "./middleware/request-scope.ts";
import { limitBody, strictJson } from "./middleware/strict-body.ts";
import { checkUrlEncoding } from "./middleware/url-encoding.ts";
import { refuseInvalid } from "./middleware/validation.ts";
import { openApiRouter } from "./openapi/open-api.ts";
import { accountRouter } from "./routes/accounts.ts";
import { adminRouter } from "./routes/admin.ts";
import { agentRouter } from "./routes/agents.ts";
import { appEnvironmentRouter } from "./routes/app-environment.ts";
import { archiveRouter } from "./routes/archives.ts";
import { authRouter } from "./routes/auth.ts";
import { commentRouter } from "./routes/comments.ts";
import { copyingRouter } from "./routes/copying.ts";
import { dataRouter } from "./routes/data.ts";
import { fileRouter } from "./routes/files.ts";
import { healthRouter } from "./routes/health.ts";
import { inboundRouter } from "./routes/inbound.ts";
import { liveRouter } from "./routes/live.ts";
import { meRouter } from "./routes/me.ts";
import { peopleRouter } from "./routes/people.ts";
import { previewRouter } from "./routes/preview.ts";
import { projectRouter } from "./routes/projects.ts";
import { publicationRouter } from "./routes/publications.ts";
import { runRouter } from "./routes/runs.ts";
import { sharingRouter } from "./routes/sharing.ts";
import { ticketRouter } from "./routes/tickets.ts";
import { triggerRouter } from "./routes/triggers.ts";
import { webhookRouter } from "./routes/webhooks.ts";
import { startRouter } from "./start/start-router.ts";

/** The maximum that one HTTP request to the database can carry, less the overhead of a batch. */
const maxBodyBytes = 9 * 1024 * 1024;

/** The Worker holds a packed archive in memory while it unpacks entry by entry. */
const maxArchiveBytes = 20 * 1024 * 1024;

/** The route reads this body before it has verified the sender. */
const maxInboundBytes = 1024 * 1024;

/** Sign-in and similar routes take a few short fields from anonymous clients. */
const maxAuthBytes = 16 * 1024;

function maxDecompressedBytesAt(path: string): number {
  if (path === "/v1/projects/import") return maxArchiveBytes;
  if (path.startsWith("/v1/in/")) return maxInboundBytes;
  return path.startsWith("/v1/auth/") ? maxAuthBytes : maxBodyBytes;
}

/** Authenticated routes that the web app and programs call first. */
const firstRouters = () => [accountRouter(), projectRouter(), fileRouter(), runRouter()];

/** All authenticated routes. */
const allRouters = () => [
  accountRouter(),
  meRouter(),
  // Before the project routes, which would take `import` for an id.
  archiveRouter(),
  projectRouter(),
  fileRouter(),
  agentRouter(),
  appEnvironmentRouter(),
  runRouter(),
  liveRouter(),
  previewRouter(),
  publicationRouter(),
  copyingRouter(),
  peopleRouter(),
  dataRouter(),
  sharingRouter(),
  commentRouter(),
  ticketRouter(),
  webhookRouter(),
  triggerRouter(),
  adminRouter(),
];

/**
 * Creates the API: its middleware and routes in order, and the one error handler.
 * @param extent `first` has only the routes that an isolate is most likely to serve first; `api.ts` chooses
 */
export function createApp(extent: "first" | "all" = "all") {
  const hasAll = extent === "all";
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  const problem = (error: unknown, c: Context<AppEnv>): Response => {
    // Discards an existing response with its headers, which Hono would merge into the headers of the new response.
    if (c.finalized) {
      c.res = undefined;
      c.res = new Response(null);
    }
    const appError = c.get("bodyFault") ?? appErrorOf(error, () => typesOf(bodyOf(app, c)));
    if (appError.code === "internal" || appError.code === "dependency_down") {
      const context = {
        requestId: c.get("requestId"),
        method: c.req.method,
        ownerId: c.get("actor")?.ownerId,
        code: appError.code,
      };
      c.get("reporter").capture(error, context);
      log(c.get("config").logLevel, "error", { event: "fault", ...workContext(), ...context, error: causesOf(error) });
    }
    if (appError.code === "platform_budget_exceeded") alertAfterRefusal(c);
    return problemResponse(c, appError);
  };
  app.use(requestScope);
  app.use(preflight(() => app.routes));
  app.use(checkUrlEncoding);
  app.use(decompress(maxDecompressedBytesAt));
  app.use(renewSignatures);
  app.use(closeEndedConnections);
  app.use("/v1/projects/import", limitBody(maxArchiveBytes));
  app.use("/v1/in/*", limitBody(maxInboundBytes));
  app.use(except(["/v1/projects/import", "/v1/auth/*"], limitBody(maxBodyBytes)));
  app.route("/", healthRouter());
  // These routes come before the authentication: an invalid credential must not hide public resources.
  if (hasAll) app.route("/", openApiRouter(app));
  if (hasAll) app.route("/", authRouter());
  if (hasAll) app.route("/", inboundRouter());
  app.use(strictJson((c) => bodyOf(app, c)?.required !== true));
  app.route("/", startRouter(problem));
  app.use(authentication);
  for (const router of hasAll ? allRouters() : firstRouters()) app.route("/", router);
  app.notFound((c) => {
    const allowed = allowedMethods(app.routes, c.req.path);
    if (allowed.length === 0) return problemResponse(c, new AppError("not_found", "Not found."));
    c.header("Allow", allowed.join(", "));
    return problemResponse(c, new AppError("method_not_allowed", `This endpoint accepts ${allowed.join(", ")}.`));
  });
  app.onError(problem);
  return app;
}
