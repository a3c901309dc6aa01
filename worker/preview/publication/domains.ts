import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import type { Config } from "../../config/index.ts";
import { type CustomDomain, dnsRecord, type Page } from "../../contract/index.ts";
import { type Database, executeIdempotent, type PageRequest, pageFrom } from "../../database/index.ts";
import { AppError, messageOf } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import { getProject } from "../../projects/index.ts";
import { type CustomHostnames, customHostnamesOf } from "./custom-hostnames.ts";
import { parseDomain } from "./domain-name.ts";
import {
  claimDomain,
  claimDueDomains,
  countDomains,
  type DomainRow,
  deleteDetached,
  detachDomain,
  detachStaleClaim,
  failDomain,
  selectDetached,
  selectDomain,
  selectDomains,
  updateDomain,
} from "./domain-store.ts";

/** The maximum number of a project's domains: a brand's spellings, each with and without `www`. */
const maxDomains = 10;
const atOnce = 20;

type Place = { projectId: string; host: string };

const noDomain = () => new AppError("not_found", "This project does not have that domain.");

const toDomain = ({ host, status, certificate, records, createdAt }: DomainRow): CustomDomain => ({
  host,
  status,
  certificate,
  records: z.array(dnsRecord).parse(records),
  createdAt: createdAt.toISOString(),
});

/**
 * Lists a project's domains by name, in their last known state.
 * @throws AppError `not_found`
 */
export async function listDomains(context: Context, projectId: string, page: PageRequest): Promise<Page<CustomDomain>> {
  const { database, actor } = context;
  await getProject(context, projectId);
  const key = { ownerId: actor.ownerId, projectId };
  const rows = await executeIdempotent(selectDomains(database, key, { after: page.after, limit: page.limit + 1 }));
  return pageFrom(rows.map(toDomain), page, ({ host }) => host);
}

/**
 * Returns a domain in the state that its provider reports now.
 * @throws AppError `not_found`, `invalid_host`, `dependency_down`, `domains_not_configured`
 */
export async function getDomain(context: Context, { projectId, host: text }: Place): Promise<CustomDomain> {
  const { config, database, actor } = context;
  const host = parseDomain(config, text);
  await getProject(context, projectId);
  const [row] = await executeIdempotent(selectDomain(database, { ownerId: actor.ownerId, projectId }, host));
  if (row === undefined) throw noDomain();
  return toDomain(await refresh(database, customHostnamesOf(config), row));
}

/**
 * Attaches a domain to a project, and returns the DNS records that prove ownership and route visitors here. The domain
 * serves the app once the provider has found the records and has a certificate. Attaching it again queries the provider
 * again.
 * @throws AppError `not_found`, `invalid_host`, `domain_taken`, `limit_reached`, `dependency_down`,
 *   `domains_not_configured`
 */
export async function putDomain(context: Context, { projectId, host: text }: Place): Promise<CustomDomain> {
  const { config, database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  await getProject(context, projectId);
  const provider = customHostnamesOf(config);
  const host = parseDomain(config, text);
  await executeIdempotent(detachStaleClaim(database, host));
  await removeDetached(database, provider, host);
  const { rows } = await executeIdempotent(claimDomain(database, key, host, maxDomains));
  const [row] = await executeIdempotent(selectDomain(database, key, host));
  if (row === undefined) throw await refusal(database, projectId, host);
  if (rows.length === 0) return toDomain(await refresh(database, provider, row));
  return toDomain(await store(database, await provider.ensure(host), row));
}

/** Explains why a domain could not be claimed. */
async function refusal(database: Database, projectId: string, host: string): Promise<AppError> {
  if ((await countDomains(database, projectId)) >= maxDomains) {
    return new AppError("limit_reached", `A project can have at most ${maxDomains} domains.`, {
      members: { limit: maxDomains },
    });
  }
  return new AppError("domain_taken", `The domain ${host} is attached to another project.`, { members: { host } });
}

/**
 * Detaches a domain from a project. Visitors are refused as soon as the gateways' caches end; the cron retries the
 * deletion at the provider when it fails now.
 * @throws AppError `not_found`, `invalid_host`
 */
export async function deleteDomain(context: Context, { projectId, host: text }: Place): Promise<void> {
  const { config, database, actor } = context;
  const host = parseDomain(config, text);
  await getProject(context, projectId);
  const gone = await executeIdempotent(detachDomain(database, { ownerId: actor.ownerId, projectId }, host));
  if (gone.length === 0) throw noDomain();
  try {
    await removeDetached(database, customHostnamesOf(config), host);
  } catch (error) {
    log(config.logLevel, "warn", { event: "domain.not_deleted_yet", host, error: messageOf(error) });
  }
}

/**
 * Queries the provider for the state of domains that are due, and deletes the detached domains there.
 * @throws AggregateError of the failed domains; the cron retries them
 */
export async function sweepDomains({ config, database }: { config: Config; database: Database }): Promise<void> {
  if (config.customHostnames === null) return;
  const provider = customHostnamesOf(config);
  const due = await executeIdempotent(claimDueDomains(database, atOnce));
  const outcomes = await Promise.allSettled(
    due.map((row) =>
      row.projectId === null ? removeDetached(database, provider, row.host) : refresh(database, provider, row),
    ),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Some domains could not be checked.");
}

/** Deletes a detached domain at the provider first, so that a later claim starts without proof. */
async function removeDetached(database: Database, provider: CustomHostnames, host: string): Promise<void> {
  const [row] = await executeIdempotent(selectDetached(database, host));
  if (row === undefined) return;
  // A crash may have hidden the id of a hostname that the provider created.
  const id = row.providerId ?? (await provider.ensure(host)).id;
  await provider.remove(id);
  await executeIdempotent(deleteDetached(database, host));
}

async function refresh(database: Database, provider: CustomHostnames, row: DomainRow): Promise<DomainRow> {
  const { host, providerId } = row;
  const found = providerId === null ? await provider.ensure(host) : await provider.read(providerId);
  if (found !== null) return store(database, found, row);
  const [failed] = await executeIdempotent(failDomain(database, host));
  return failed ?? row;
}

async function store(
  database: Database,
  found: Parameters<typeof updateDomain>[2],
  row: DomainRow,
): Promise<DomainRow> {
  const [stored] = await executeIdempotent(updateDomain(database, row.host, found));
  return stored ?? row;
}
