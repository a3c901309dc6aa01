import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../environment.ts";

/** Restricts how pages of other origins use responses of `/v1/auth`, in addition to `security-headers.ts`. */
export const secureAuthHeaders = createMiddleware<AppEnv>(async (c, next) => {
  const headers = c.get("answerHeaders");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  await next();
});
