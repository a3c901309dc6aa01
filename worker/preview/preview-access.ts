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
import { treeMessage } from "./tree-message.ts";

/** Lifetimes: of a capability to read files, a link, a handover and a visit. */
const capabilityMs = 5 * 60_000;
export const linkMs = 5 * 60_000;
const handoverMs = 60_000;
const visitMs = 8 * 60 * 60_000;

type Dependencies = { config: Config; database: Database };

/**
 * Signs the capability to read a project's files at one revision, for the preview Worker. It is valid for five minutes.
 */
export const capabilityFor = (config: Config, projectId: string, revision: number): Promise<string> =>
  signCapability(config.authSecret, { kind: "files", projectId, revision, expires: Date.now() + capabilityMs });

/**
 * Returns the files that a capability grants.
 * @throws AppError `capability_refused`, also for a deleted project, since a visit's cookie outlives it
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
  return treeMessage(skipped === null ? tree : { ...tree, skipped });
}

async function exists(database: Database, projectId: string): Promise<boolean> {
  return (await executeIdempotent(selectAccess(database, projectId, ""))).length > 0;
}

/**
 * Signs the token of a link to a project's own host. It is valid once.
 * @param expires milliseconds since the epoch
 */
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
 * @returns null when the token belongs to another host, has expired, was used or revoked, or its project is deleted
 */
export async function enter(dependencies: Dependencies, host: string, token: string): Promise<Admission | null> {
  const granted = await use(dependencies, "link", host, token);
  if (granted === null) return null;
  const { authSecret } = dependencies.config;
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
 * Opens a visit for a browser that did not keep the cookie.
 * @returns the host that admits this visitor by its name; null when the handover token is invalid, by the rules of
 *   `enter`
 */
export async function enterWithoutCookie(
  dependencies: Dependencies,
  host: string,
  handover: string,
  visitor: string,
): Promise<string | null> {
  const granted = await use(dependencies, "handover", host, handover);
  if (granted === null) return null;
  await openVisit(dependencies.database, granted, visitor, new Date(Date.now() + visitMs));
  return cookielessHostOf(dependencies.config, granted.projectId, granted.epoch);
}

type Used = Extract<Capability, { kind: "link" | "handover" }>;

/**
 * Consumes a single-use capability.
 * @returns the capability; null when it is invalid, used, or of another epoch
 */
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

/**
 * Admits a visitor at a host, by the cookie or by the cookieless host's name.
 * @returns the revision to serve and the capability to read its files; null to refuse the visitor
 */
export async function admit(
  dependencies: Dependencies,
  host: string,
  cookie: string | null,
  visitor: string,
): Promise<Admitted | null> {
  const seen = cookie === null ? await visitAt(dependencies, host, visitor) : await visitOf(dependencies, host, cookie);
  if (seen === null) return null;
  const { projectId, revision } = seen;
  return { projectId, revision, capability: await capabilityFor(dependencies.config, projectId, revision) };
}

async function visitOf({ config, database }: Dependencies, host: string, cookie: string): Promise<Seen | null> {
  const granted = await verifyCapability(config, cookie);
  if (granted?.kind !== "visit" || granted.host !== host) return null;
  const { projectId, epoch } = granted;
  return admitted(database, { projectId, visitor: "" }, async (access) => (access.epoch === epoch ? granted : null));
}
