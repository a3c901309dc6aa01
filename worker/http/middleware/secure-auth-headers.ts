import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../environment.ts";

/** What pages of other origins may do with anything below `/v1/auth`, beside what every answer says (`security-headers.ts`). */
export const secureAuthHeaders = createMiddleware<AppEnv>(async (c, next) => {
  const headers = c.get("answerHeaders");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  await next();
});
