import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Config } from "../config/index.ts";
import { cookiePrefixOf } from "./auth.ts";

/** How long browsers keep a session's cookie, in seconds; the same as in better-auth's options. */
const sessionSeconds = 30 * 86_400;

type Secrets = Pick<Config, "authSecret" | "authSecretPrevious" | "appUrl">;

/** A request's headers with its cookies signed by AUTH_SECRET, and the cookie that the response should set. */
export type Renewed = { headers: Headers; setCookie: string | null };

/**
 * Re-signs cookies with the current secret. better-auth verifies with one secret only, so while AUTH_SECRET_PREVIOUS is
 * set, cookies signed with it are re-signed before better-auth sees them. A cookie's value ends with its signature.
 * @returns null when no cookie is signed with the previous secret
 */
export function renewCookies(config: Secrets, headers: Headers): Renewed | null {
  const cookieHeader = headers.get("cookie");
  if (config.authSecretPrevious === null || cookieHeader === null) return null;
  const prefix = cookiePrefixOf(config);
  const cookies = cookieHeader.split(";").map((cookie) => cookie.trim());
  const renewed = cookies.map((cookie) => (cookie.startsWith(`${prefix}.`) ? renewedCookie(config, cookie) : null));
  if (renewed.every((cookie) => cookie === null)) return null;
  const changed = new Headers(headers);
  changed.set("cookie", cookies.map((cookie, place) => renewed[place] ?? cookie).join("; "));
  const session = renewed.find((cookie) => cookie?.startsWith(`${prefix}.session_token=`));
  const lasts = cookies.some((cookie) => cookie.startsWith(`${prefix}.dont_remember=`))
    ? ""
    : `; Max-Age=${sessionSeconds}`;
  const secure = config.appUrl.startsWith("https:") ? "; Secure" : "";
  return {
    headers: changed,
    setCookie:
      session === undefined || session === null ? null : `${session}${lasts}; Path=/; HttpOnly; SameSite=Lax${secure}`,
  };
}

/**
 * Re-signs the token of a mailed link, a JWT (HS256).
 * @returns null when the token is not signed with the previous secret
 */
export function renewToken(config: Secrets, token: string): string | null {
  const at = token.lastIndexOf(".");
  if (config.authSecretPrevious === null || at < 0) return null;
  const [signed, signature] = [token.slice(0, at), token.slice(at + 1)];
  if (!isSignature(config.authSecretPrevious, signed, signature, "base64url")) return null;
  return `${signed}.${macOf(config.authSecret, signed).toString("base64url")}`;
}

function renewedCookie({ authSecret, authSecretPrevious }: Secrets, cookie: string): string | null {
  const [name = "", encoded = ""] = cookie.split(/=(.*)/s);
  const text = decoded(encoded);
  const at = text.lastIndexOf(".");
  const [value, signature] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 0 || authSecretPrevious === null || !isSignature(authSecretPrevious, value, signature, "base64"))
    return null;
  return `${name}=${encodeURIComponent(`${value}.${macOf(authSecret, value).toString("base64")}`)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A value that is not percent-encoded is not one of our cookies; better-auth refuses it.
    return text;
  }
}

const macOf = (secret: string, value: string): Buffer => createHmac("sha256", secret).update(value).digest();

function isSignature(secret: string, value: string, signature: string, encoding: "base64" | "base64url"): boolean {
  const [mac, signatureBytes] = [macOf(secret, value), Buffer.from(signature, encoding)];
  return signatureBytes.length === mac.length && timingSafeEqual(signatureBytes, mac);
}
