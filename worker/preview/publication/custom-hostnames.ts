import { z } from "zod";
import type { Config } from "../../config/index.ts";
import { type CustomDomain, type DnsRecord, lazily } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";

/** The state of a hostname at the provider that terminates its TLS. */
export type Hostname = Pick<CustomDomain, "status" | "certificate" | "records"> & { id: string };

/** The port to the provider of custom hostnames. */
export type CustomHostnames = {
  /** Returns the hostname, and creates it when the provider does not have it. */
  ensure(host: string): Promise<Hostname>;
  /** Returns the hostname's current state; null when the provider no longer has it. */
  read(id: string): Promise<Hostname | null>;
  /** Deletes a hostname. Succeeds when the provider does not have it. */
  remove(id: string): Promise<void>;
};

const timeoutMs = 10_000;

// Shapes of Cloudflare's API, "Custom Hostnames". Its client, the npm package `cloudflare`, would add 28 KB to the Worker
// and does not validate responses.
const shapes = lazily(() => {
  const validationRecord = z.object({ txt_name: z.string().optional(), txt_value: z.string().optional() });
  const customHostname = z.object({
    id: z.string(),
    hostname: z.string(),
    status: z.string().optional(),
    ownership_verification: z.object({ name: z.string(), value: z.string() }).partial().optional(),
    ssl: z
      .object({ status: z.string().optional(), validation_records: z.array(validationRecord).optional() })
      .optional(),
  });
  const one = z.object({ result: customHostname });
  const many = z.object({ result: z.array(customHostname) });
  return { customHostname, one, many };
});
type CloudflareHostname = z.infer<typeof shapes.customHostname>;

/**
 * Returns the provider of custom hostnames: Cloudflare for SaaS.
 * @throws AppError `domains_not_configured`
 */
export function customHostnamesOf({ customHostnames }: Config): CustomHostnames {
  if (customHostnames === null) {
    const detail = "Custom domains are not set up. The operator has to configure CUSTOM_HOSTNAMES_TOKEN.";
    throw new AppError("domains_not_configured", detail);
  }
  const { target, zoneId } = customHostnames;
  const base = `/zones/${zoneId}/custom_hostnames`;
  const call = <Shape extends z.ZodType>(method: string, path: string, shape: Shape, body?: unknown) =>
    callCloudflare(customHostnames, { method, path: base + path, shape, body });
  return {
    async ensure(host) {
      const known = await call("GET", `?hostname=${encodeURIComponent(host)}`, shapes.many);
      const found = known?.result.find(({ hostname }) => hostname === host);
      if (found !== undefined) return toHostname(found, target);
      const ssl = { method: "txt", type: "dv", settings: { min_tls_version: "1.2" } };
      const created = await call("POST", "", shapes.one, { hostname: host, ssl });
      if (created === null) throw new AppError("dependency_down", "Couldn't create the domain. Try again.");
      return toHostname(created.result, target);
    },
    async read(id) {
      const read = await call("GET", `/${encodeURIComponent(id)}`, shapes.one);
      return read === null ? null : toHostname(read.result, target);
    },
    async remove(id) {
      await call("DELETE", `/${encodeURIComponent(id)}`, z.unknown());
    },
  };
}

type Call<Shape> = { method: string; path: string; shape: Shape; body?: unknown };

/**
 * @returns the response; null for 404
 * @throws AppError `dependency_down` for any other failure, without Cloudflare's texts, which may name other customers
 */
async function callCloudflare<Shape extends z.ZodType>(
  { apiUrl, token }: NonNullable<Config["customHostnames"]>,
  { method, path, shape, body }: Call<Shape>,
): Promise<z.infer<Shape> | null> {
  const detail = "The provider of custom domains isn't responding. Try again.";
  try {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return shape.parse(await response.json());
    const text = await response.text();
    if (response.status === 404) return null;
    throw new Error(`Cloudflare answered ${response.status}: ${text.slice(0, 500)}`);
  } catch (cause) {
    throw new AppError("dependency_down", detail, { cause, retryAfter: 10 });
  }
}

const activeStates = new Set(["active", "active_redeploying"]);
/** `moved`: the domain's DNS no longer points here, so another account may be about to attach it. */
const failedStates = new Set(["blocked", "pending_blocked", "moved", "pending_deletion", "deleted"]);
/** A certificate that is about to be replaced is still valid. */
const validCertificates = new Set(["active", "pending_expiration", "backup_issued", "staging_active"]);
const failedCertificates = new Set(["expired", "deleted", "inactive", "deactivating", "pending_deletion"]);

const certificateState = (state = ""): Hostname["certificate"] => {
  if (validCertificates.has(state)) return "active";
  return failedCertificates.has(state) || state.endsWith("_timed_out") ? "failed" : "pending";
};

/** Both the ownership and the certificate must be established before visitors are served. */
function toHostname(found: CloudflareHostname, target: string): Hostname {
  const certificate = certificateState(found.ssl?.status);
  const state = found.status ?? "pending";
  const isFailed = failedStates.has(state) || certificate === "failed";
  const isActive = activeStates.has(state) && certificate === "active";
  return {
    id: found.id,
    status: isFailed ? "failed" : isActive ? "active" : "pending",
    certificate,
    records: recordsOf(found, target),
  };
}

function recordsOf({ hostname, ownership_verification, ssl }: CloudflareHostname, target: string): DnsRecord[] {
  const { name, value } = ownership_verification ?? {};
  const ownership: DnsRecord[] =
    name === undefined || value === undefined ? [] : [{ type: "TXT", name, value, purpose: "ownership" }];
  const certificate = (ssl?.validation_records ?? []).flatMap(({ txt_name, txt_value }): DnsRecord[] =>
    txt_name === undefined || txt_value === undefined
      ? []
      : [{ type: "TXT", name: txt_name, value: txt_value, purpose: "certificate" }],
  );
  return [{ type: "CNAME", name: hostname, value: target, purpose: "routing" }, ...ownership, ...certificate];
}
