import { projectOfLabel } from "../../worker/contract/public-label.ts";
import { isStagingLabel } from "../../worker/contract/staging-label.ts";
import type { Environment } from "../environment.ts";

/**
 * The app at a host. `preview`: the host's label may name a preview; `public`: an app that is or was published;
 * `staging`: a staged app; `none`: no app has this host.
 */
export type AppHost =
  | { kind: "preview"; label: string }
  | { kind: "public" | "staging"; projectId: string }
  | { kind: "none" };

/** How long an isolate caches the project of a host. A released name or a detached domain ends within this time. */
const cacheMs = 5_000;
/** How long a cached project may serve visitors while the API Worker is down. */
const staleMs = 3_600_000;
const maxHosts = 5_000;

type Known = { projectId: string | null; readAt: number };
const known = new Map<string, Known>();

const isLabel = (label: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label);

/** Returns the label before a domain; null for a host that is not below it. */
const labelBelow = (host: string, domain: string): string | null =>
  host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : null;

/**
 * Finds the app at a host: by a label that names a project or a staged app, by a chosen name, or by the owner's domain.
 */
export async function appAt(host: string, env: Environment, now = Date.now()): Promise<AppHost> {
  const label = labelBelow(host, env.PREVIEW_DOMAIN);
  if (label?.startsWith("prj-")) return isLabel(label) ? { kind: "preview", label } : { kind: "none" };
  const named = label === null ? null : projectOfLabel(label);
  if (named !== null) return { kind: "public", projectId: named };
  const kind = label !== null && isStagingLabel(label) ? "staging" : "public";
  const projectId = await projectAt(host, env, kind, now);
  return projectId === null ? { kind: "none" } : { kind, projectId };
}

async function projectAt(
  host: string,
  env: Environment,
  kind: "public" | "staging",
  now: number,
): Promise<string | null> {
  const cached = known.get(host);
  const ageMs = cached === undefined ? Number.POSITIVE_INFINITY : now - cached.readAt;
  if (cached !== undefined && ageMs < cacheMs) return cached.projectId;
  try {
    const projectId = await (kind === "staging" ? env.API.stagedAt(host) : env.API.publishedAt(host));
    remember(host, { projectId, readAt: now });
    return projectId;
  } catch (failure) {
    if (cached === undefined || cached.projectId === null || ageMs > staleMs) throw failure;
    return cached.projectId;
  }
}

/** Caches the app at a host. Evicts the oldest half when the cache is full, since anyone can request any host. */
function remember(host: string, found: Known): void {
  known.delete(host);
  if (known.size >= maxHosts) for (const oldest of [...known.keys()].slice(0, maxHosts / 2)) known.delete(oldest);
  known.set(host, found);
}
