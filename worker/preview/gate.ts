import type { Config } from "../config/index.ts";
import type { Admission, SourceTree } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { readSources } from "../projects/index.ts";
import { sign, verify } from "./signed.ts";
import { selectExistence } from "./store.ts";

/** How long a capability reads files, a link opens, and a visit goes on. */
const capabilityMs = 5 * 60_000;
export const linkMs = 5 * 60_000;
const visitMs = 8 * 60 * 60_000;

type Ground = { config: Config; database: Database };

/** A right to read a project's files at one revision, for the preview Worker. */
export const capabilityFor = (config: Config, projectId: string, revision: number): Promise<string> =>
  sign(config.authSecret, { kind: "files", projectId, revision, expires: Date.now() + capabilityMs });

/**
 * The files a capability opens.
 * @throws AppError `capability_refused`, of a deleted project too: a visit's cookie outlives it
 */
export async function readTree({ config, database }: Ground, capability: string): Promise<SourceTree> {
  const granted = await verify(config, capability);
  if (granted?.kind !== "files") throw new AppError("capability_refused", "The capability is not valid any more.");
  const tree = await readSources(database, granted.projectId, granted.revision);
  if (tree.files.length === 0 && !(await exists(database, granted.projectId))) {
    throw new AppError("capability_refused", "The project is deleted.");
  }
  return tree;
}

async function exists(database: Database, projectId: string): Promise<boolean> {
  return (await read(selectExistence(database, projectId))).length > 0;
}

/**
 * Exchanges a link's token for the cookie of its host; null where the link is not for this host or has run out, or its
 * project is deleted.
 */
export async function enter({ config, database }: Ground, host: string, token: string): Promise<Admission | null> {
  const granted = await verify(config, token);
  if (granted?.kind !== "link" || granted.host !== host) return null;
  const { projectId, revision } = granted;
  if (!(await exists(database, projectId))) return null;
  const cookie = await sign(config.authSecret, { ...granted, kind: "visit", expires: Date.now() + visitMs });
  return { projectId, revision, cookie, maxAgeSeconds: visitMs / 1_000 };
}

type Admitted = { projectId: string; revision: number; capability: string };

/** What a visitor with this cookie sees at this host; null refuses. */
export async function admit(
  { config }: Pick<Ground, "config">,
  host: string,
  cookie: string,
): Promise<Admitted | null> {
  const granted = await verify(config, cookie);
  if (granted?.kind !== "visit" || granted.host !== host) return null;
  const { projectId, revision } = granted;
  return { projectId, revision, capability: await capabilityFor(config, projectId, revision) };
}
