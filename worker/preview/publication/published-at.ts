import type { Config } from "../../config/index.ts";
import { isPublishedName, isStagingLabel } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { selectProjectAtDomain } from "./domain-store.ts";
import { selectProjectAtLabel } from "./staging-store.ts";
import { selectProjectAtName } from "./store.ts";

type Dependencies = { config: Config; database: Database };

/**
 * Returns the project that is public at a host: by its chosen name, or by a verified domain.
 * @param host as in the request, locally with its port
 * @returns null when no project has the host
 */
export async function publishedAt({ config, database }: Dependencies, host: string): Promise<string | null> {
  const below = `.${config.publishedDomain}`;
  if (host.endsWith(below)) {
    const name = host.slice(0, -below.length);
    if (!isPublishedName(name)) return null;
    const [row] = await executeIdempotent(selectProjectAtName(database, name));
    return row?.projectId ?? null;
  }
  const [row] = await executeIdempotent(selectProjectAtDomain(database, host.replace(/:\d+$/, "")));
  return row?.projectId ?? null;
}

/**
 * Returns the project whose staged app is at a host.
 * @param host as in the request, locally with its port
 * @returns null when no staged app has the host
 */
export async function stagedAt({ config, database }: Dependencies, host: string): Promise<string | null> {
  const below = `.${config.previewDomain}`;
  const label = host.endsWith(below) ? host.slice(0, -below.length) : "";
  if (!isStagingLabel(label)) return null;
  const [row] = await executeIdempotent(selectProjectAtLabel(database, label));
  return row?.projectId ?? null;
}
