import { faultOfName, isLoopbackHost, kindOfHost } from "../contract/index.ts";
import { AppError } from "../errors.ts";

const maxUrlLength = 2_048;
const ports = ["", "443", "8443"];

/**
 * Checks the URL of a webhook, when it is stored and again before each request. A name that resolves to a private
 * address passes; the compatibility flag `global_fetch_strictly_public` blocks that request.
 * @throws AppError `invalid_url`
 */
export function checkUrl(text: string, { allowLoopback }: { allowLoopback: boolean }): void {
  const fault = faultOf(text, allowLoopback);
  if (fault === null) return;
  const detail = `The URL ${fault}.`;
  throw new AppError("invalid_url", detail, { errors: [{ pointer: "/url", code: "invalid_url", detail }] });
}

function faultOf(text: string, allowLoopback: boolean): string | null {
  if (text.length > maxUrlLength) return `has more than ${maxUrlLength} characters`;
  // The URL parser drops or rewrites these characters, so the parsed URL would differ from the text.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) return "has white space, a backslash or an invisible character";
  const url = URL.parse(text);
  if (!url) return "is invalid";
  // The parser removes the trailing dot of a numeric address; a name with a trailing dot would bypass the comparisons.
  if (/^[^:]*:\/*[^/?#]*\.(:\d*)?([/?#]|$)/.test(text)) return "must not have a host name that ends in a dot";
  if (url.protocol !== "https:" && !(allowLoopback && url.protocol === "http:")) return "must begin with https://";
  if (/^[^/]*\/\/[^/?#]*@/.test(text)) return "must not contain a user name or password";
  if (text.includes("#")) return "must not have a fragment";
  return faultOfHost(url, allowLoopback);
}

function faultOfHost({ hostname, port }: URL, allowLoopback: boolean): string | null {
  if (isLoopbackHost(hostname)) return allowLoopback ? null : "must not point to this machine";
  if (!ports.includes(port)) return "must use port 443 or 8443";
  const kind = kindOfHost(hostname);
  if (kind === "reserved-address") return "must not point to a private or reserved IP address";
  return kind === "public-address" ? null : faultOfName(hostname);
}
