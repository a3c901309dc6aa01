import { AppError } from "../errors.ts";
import { isLoopback, kindOfHost } from "./addresses.ts";

const longest = 2_048;
const ports = ["", "443", "8443"];

/** Names that mean a private network, wherever they are asked. */
const privateNames = /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** Public names known to answer with whatever private address is written into them, or with loopback. */
const rebindingNames =
  /(^|\.)(nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|rebind\.network)$/;

/**
 * Checks an address that events are to be sent to. It is checked when it is stored and again before each request.
 * A name that resolves to a private address later passes here; the Worker runs with `global_fetch_strictly_public`.
 * @throws AppError `invalid_url`
 */
export function checkUrl(given: string, { allowLoopback }: { allowLoopback: boolean }): void {
  const fault = faultOf(given, allowLoopback);
  if (fault === null) return;
  const detail = `The URL ${fault}.`;
  throw new AppError("invalid_url", detail, { errors: [{ pointer: "/url", code: "invalid_url", detail }] });
}

function faultOf(given: string, allowLoopback: boolean): string | null {
  if (given.length > longest) return `has more than ${longest} characters`;
  // The parser would drop or rewrite these; an address that needs it is not what it seems.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(given)) return "has white space, a backslash or an invisible character";
  const url = URL.parse(given);
  if (!url) return "is not one";
  if (url.protocol !== "https:" && !(allowLoopback && url.protocol === "http:")) return "must begin with https://";
  if (/^[^/]*\/\/[^/?#]*@/.test(given)) return "must not carry a user name or password";
  if (given.includes("#")) return "must not have a fragment";
  return faultOfHost(url, allowLoopback);
}

function faultOfHost({ hostname, port }: URL, allowLoopback: boolean): string | null {
  if (isLoopback(hostname)) return allowLoopback ? null : "must not lead to this machine";
  if (!ports.includes(port)) return "must use port 443 or 8443";
  const kind = kindOfHost(hostname);
  if (kind === "reserved-address") return "must not lead to a private or reserved address";
  if (kind === "public-address") return null;
  const name = hostname.replace(/\.$/, "");
  if (!name.includes(".") || privateNames.test(name)) return "must have a public name";
  return rebindingNames.test(name) ? "must not have a name that leads to private addresses" : null;
}
