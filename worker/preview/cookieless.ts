import { createHash } from "node:crypto";
import type { Config } from "../config/index.ts";
import { cookielessLabelOf, readPreviewLabel } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { admitted } from "./access-cache.ts";
import { hostSecret } from "./capability-token.ts";
import { upsertVisit } from "./store.ts";

// Access for browsers that keep no cookie in a cross-site frame. The host's name is unguessable and changes with the
// epoch; it stays the same between two links, so that an app's browser storage survives the next build. A name leaks
// more easily than a cookie (an app's own calls to other servers send it as their Origin), so it admits only the
// network and browser that opened a link.

/** Returns the host that admits visitors of a project by its name, in one epoch. */
export async function cookielessHostOf(config: Config, projectId: string, epoch: string): Promise<string> {
  const secret = await hostSecret(config.authSecret, projectId, epoch);
  return `${cookielessLabelOf(projectId, secret)}.${config.previewDomain}`;
}

type Opened = { projectId: string; revision: number; epoch: string };

/** Stores a visit of a visitor (a network and a browser), by the hash of its description. */
export async function openVisit(
  database: Database,
  { projectId, revision, epoch }: Opened,
  visitor: string,
  expiresAt: Date,
): Promise<void> {
  await executeIdempotent(upsertVisit(database, { projectId, visitor: hashOf(visitor), epoch, revision, expiresAt }));
}

/** Returns the open visit of a visitor at a cookieless host, or null. */
export async function visitAt(
  { config, database }: { config: Config; database: Database },
  host: string,
  visitor: string,
): Promise<Opened | null> {
  const label = readPreviewLabel(host.slice(0, Math.max(0, host.indexOf("."))));
  if (label === null || label.secret === null) return null;
  const { projectId } = label;
  return admitted(database, { projectId, visitor: hashOf(visitor) }, async ({ epoch, revision }) => {
    if (revision === null || !(await isHostOf(config, host, projectId, epoch))) return null;
    return { projectId, revision, epoch };
  });
}

/**
 * Whether a host belongs to a project and epoch. While AUTH_SECRET is rotated, hosts named by the previous secret
 * remain valid.
 */
async function isHostOf(config: Config, host: string, projectId: string, epoch: string): Promise<boolean> {
  if (host === (await cookielessHostOf(config, projectId, epoch))) return true;
  const { authSecretPrevious } = config;
  if (authSecretPrevious === null) return false;
  return host === (await cookielessHostOf({ ...config, authSecret: authSecretPrevious }, projectId, epoch));
}

const hashOf = (visitor: string): string => createHash("sha256").update(visitor).digest("base64url");
