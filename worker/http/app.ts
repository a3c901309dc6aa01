import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { AppError, causesOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { accountRouter } from "./accounts.ts";
import { agentRouter } from "./agents.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { archiveRouter } from "./archives.ts";
import { authRouter } from "./auth.ts";
import { bodyOf, typesOf } from "./body-types.ts";
import { preflight } from "./cors.ts";
import { decompress } from "./decompress.ts";
import type { AppEnv } from "./environment.ts";
import { fileRouter } from "./files.ts";
import { healthRouter } from "./health.ts";
import { identify } from "./identify.ts";
import { inboundRouter } from "./inbound.ts";
import { liveRouter } from "./live.ts";
import { observe } from "./observe.ts";
import { openApiRouter } from "./open-api.ts";
import { checkPathEncoding } from "./path-encoding.ts";
import { previewRouter } from "./preview.ts";
import { appErrorOf, problemResponse } from "./problem.ts";
import { projectRouter } from "./projects.ts";
import { runRouter } from "./runs.ts";
import { strictJson } from "./strict-body.ts";
import { ticketRouter } from "./ticket-router.ts";
import { triggerRouter } from "./triggers.ts";
import { refuseInvalid } from "./validation.ts";
import { webhookRouter } from "./webhooks.ts";

/** What one HTTP request to the database can carry, less what the batch adds to it. */
const mostBodyBytes = 9 * 1024 * 1024;

/** A packed archive is held whole while it is unpacked entry by entry. */
const mostArchiveBytes = 20 * 1024 * 1024;

/** It is read before anybody knows who sends it. */
const mostInboundBytes = 1024 * 1024;

/** Sign-in and the like take a few short fields from anybody. */
const maxAuthBytes = 16 * 1024;

function maxDecompressedBytesAt(path: string): number {
  if (path === "/v1/projects/import") return mostArchiveBytes;
  if (path.startsWith("/v1/in/")) return mostInboundBytes;
  return path.startsWith("/v1/auth/") ? maxAuthBytes : mostBodyBytes;
}

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("payload_too_large", `A request's body has at most ${maxSize} bytes here.`, {
        members: { limit: maxSize },
      });
    },
  });

export function createApp() {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  app.use(observe);
  app.use(preflight(() => app.routes));
  app.use(checkPathEncoding);
  app.use(decompress(maxDecompressedBytesAt));
  app.use("/v1/projects/import", limitBody(mostArchiveBytes));
  app.use("/v1/in/*", limitBody(mostInboundBytes));
  app.use(except("/v1/projects/import", limitBody(mostBodyBytes)));
  app.route("/", healthRouter());
  // Before anybody is identified: a credential that is not good is no reason to withhold what is public.
  app.route("/", openApiRouter(app));
  app.route("/", authRouter());
  app.route("/", inboundRouter());
  app.use(identify);
  app.use(strictJson((c) => bodyOf(app, c)?.required !== true));
  const routers = [
    accountRouter(),
    // Before the projects: `import` would be taken for an id.
    archiveRouter(),
    projectRouter(),
    fileRouter(),
    agentRouter(),
    runRouter(),
    liveRouter(),
    previewRouter(),
    ticketRouter(),
    webhookRouter(),
    triggerRouter(),
  ];
  for (const router of routers) app.route("/", router);
  app.notFound((c) => {
    const allowed = allowedMethods(app.routes, c.req.path);
    if (allowed.length === 0) return problemResponse(c, new AppError("not_found", "There is nothing at this address."));
    c.header("Allow", allowed.join(", "));
    return problemResponse(c, new AppError("method_not_allowed", `This address takes ${allowed.join(", ")}.`));
  });
  app.onError((error, c) => {
    // An answer that is there already is replaced, its headers with it: otherwise they would be added to those of the new one.
    if (c.finalized) {
      c.res = undefined;
      c.res = new Response(null);
    }
    const known = appErrorOf(error, () => typesOf(bodyOf(app, c)));
    if (known.code === "internal" || known.code === "dependency_down") {
      const about = { requestId: c.get("requestId"), method: c.req.method, code: known.code };
      c.get("reporter").capture(error, about);
      log(c.get("config").logLevel, "error", { event: "fault", ...about, error: causesOf(error) });
    }
    return problemResponse(c, known);
  });
  return app;
}
