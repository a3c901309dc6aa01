import type { Config } from "../config/index.ts";
import type { Admission, SourceTree } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { readSkipped, readSources } from "../projects/index.ts";
import { admitted } from "./access-cache.ts";
import { type Capability, signCapability, verifyCapability } from "./capability-token.ts";
import { cookielessHostOf, openVisit, visitAt } from "./cookieless.ts";
import { hostOf } from "./preview-host.ts";
import { insertLinkUse, selectAccess } from "./store.ts";

/** How long a capability reads files, a link opens, a handover may take, and a visit goes on. */
const capabilityMs = 5 * 60_000;
export const linkMs = 5 * 60_000;
const handoverMs = 60_000;
const visitMs = 8 * 60 * 60_000;

type Dependencies = { config: Config; database: Database };

/** @returns the capability to read a project's files at one revision, for the preview Worker */
export const capabilityFor = (config: Config, projectId: string, revision: number): Promise<string> =>
  signCapability(config.authSecret, { kind: "files", projectId, revision, expires: Date.now() + capabilityMs });

/**
 * The files a capability opens.
 * @throws AppError `capability_refused`, of a deleted project too: a visit's cookie outlives it
 */
export async function readTree({ config, database }: Dependencies, capability: string): Promise<SourceTree> {
  const granted = await verifyCapability(config, capability);
  if (granted?.kind !== "files") throw new AppError("capability_refused", "The capability has expired.");
  const [tree, skipped] = await Promise.all([
    readSources(database, granted.projectId, granted.revision),
    readSkipped(database, granted.projectId),
  ]);
  if (tree.files.length === 0 && !(await exists(database, granted.projectId))) {
    throw new AppError("capability_refused", "The project was deleted.");
  }
  return skipped === null ? tree : { ...tree, skipped };
}

async function exists(database: Database, projectId: string): Promise<boolean> {
  return (await executeIdempotent(selectAccess(database, projectId, ""))).length > 0;
}

/** The text of a link's token for a project's own host, good once and for five minutes. */
export function linkFor(config: Config, { projectId, revision, epoch }: Seen, expires: number): Promise<string> {
  const host = hostOf(config, projectId);
  return signCapability(config.authSecret, {
    kind: "link",
    id: crypto.randomUUID(),
    projectId,
    revision,
    host,
    epoch,
    expires,
  });
}

type Seen = { projectId: string; revision: number; epoch: string };

/**
 * Exchanges a link's token for the cookie of its host.
 * @returns null where the link is not for this host, has expired, was used before or is revoked, or its project is deleted
 */
export async function enter(ground: Dependencies, host: string, token: string): Promise<Admission | null> {
  const granted = await use(ground, "link", host, token);
  if (granted === null) return null;
  const { authSecret } = ground.config;
  const { projectId, revision, epoch } = granted;
  const seen = { projectId, revision, host, epoch };
  const [cookie, handover] = await Promise.all([
    signCapability(authSecret, { ...seen, kind: "visit", expires: Date.now() + visitMs }),
    signCapability(authSecret, {
      ...seen,
      kind: "handover",
      id: crypto.randomUUID(),
      expires: Date.now() + handoverMs,
    }),
  ]);
  return { projectId, revision, cookie, maxAgeSeconds: visitMs / 1_000, handover };
}

/**
 * Opens a visit for a browser that has not kept the cookie.
 * @returns the host that lets this visitor in by its name; null where the handover is not good, as `enter` has it
 */
export async function enterWithoutCookie(
  ground: Dependencies,
  host: string,
  handover: string,
  visitor: string,
): Promise<string | null> {
  const granted = await use(ground, "handover", host, handover);
  if (granted === null) return null;
  await openVisit(ground.database, granted, visitor, new Date(Date.now() + visitMs));
  return cookielessHostOf(ground.config, granted.projectId, granted.epoch);
}

type Used = Extract<Capability, { kind: "link" | "handover" }>;

/** Uses up a right that is good once, if it still is and its epoch is the project's. */
async function use(
  { config, database }: Dependencies,
  kind: Used["kind"],
  host: string,
  text: string,
): Promise<Used | null> {
  const granted = await verifyCapability(config, text);
  if (granted?.kind !== kind || granted.host !== host) return null;
  const { id, projectId, epoch, expires } = granted;
  const use = { id, usedBy: crypto.randomUUID(), projectId, epoch, expiresAt: new Date(expires) };
  const { rows } = await executeIdempotent(insertLinkUse(database, use));
  return rows.length > 0 ? granted : null;
}

type Admitted = { projectId: string; revision: number; capability: string };

/** What this visitor sees at this host, by the cookie or by the host's name; null refuses. */
export async function admit(
  ground: Dependencies,
  host: string,
  cookie: string | null,
  visitor: string,
): Promise<Admitted | null> {
  const seen = cookie === null ? await visitAt(ground, host, visitor) : await visitOf(ground, host, cookie);
  if (seen === null) return null;
  const { projectId, revision } = seen;
  return { projectId, revision, capability: await capabilityFor(ground.config, projectId, revision) };
}

async function visitOf({ config, database }: Dependencies, host: string, cookie: string): Promise<Seen | null> {
  const granted = await verifyCapability(config, cookie);
  if (granted?.kind !== "visit" || granted.host !== host) return null;
  const { projectId, epoch } = granted;
  return admitted(database, { projectId, visitor: "" }, async (access) => (access.epoch === epoch ? granted : null));
}
