import { createMiddleware } from "hono/factory";
import { renewCookies, renewToken } from "../../accounts/index.ts";
import type { AppEnv } from "../environment.ts";

/**
 * While AUTH_SECRET is rotated, accepts the signatures of the previous secret: re-signs a session's cookie, which the
 * response sets again, and the token of a mailed link.
 */
export const renewSignatures = createMiddleware<AppEnv>(async (c, next) => {
  const config = c.get("config");
  if (config.authSecretPrevious === null) return next();
  const url = new URL(c.req.url);
  const token = url.pathname.startsWith("/v1/auth/") ? url.searchParams.get("token") : null;
  const renewedToken = token === null ? null : renewToken(config, token);
  if (renewedToken !== null) url.searchParams.set("token", renewedToken);
  const cookies = renewCookies(config, c.req.raw.headers);
  if (cookies || renewedToken !== null) {
    c.req.raw = new Request(url, new Request(c.req.raw, cookies ? { headers: cookies.headers } : {}));
  }
  await next();
  // A cookie that the response itself sets takes precedence, such as one that ends the session.
  const setCookie = cookies?.setCookie ?? null;
  const name = setCookie?.split("=")[0];
  const responseCookies = [...c.res.headers.getSetCookie(), ...c.get("answerHeaders").getSetCookie()];
  if (setCookie !== null && !responseCookies.some((cookie) => cookie.startsWith(`${name}=`))) {
    c.get("answerHeaders").append("set-cookie", setCookie);
  }
});
