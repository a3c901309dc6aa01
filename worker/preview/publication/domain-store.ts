import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, ne, sql } from "drizzle-orm";
import { customDomain, project } from "../../../drizzle/schema/index.ts";
import { beyondKey, type Database } from "../../database/index.ts";
import type { Hostname } from "./custom-hostnames.ts";

// Unexecuted statements for custom domains.

export type DomainRow = typeof customDomain.$inferSelect;
type Owned = { ownerId: string; projectId: string };

/** How long an unverified claim keeps other accounts from the domain. */
const unverifiedFor = sql.raw("interval '3 days'");

const ownedHost = ({ ownerId, projectId }: Owned, host: string) =>
  and(eq(customDomain.host, host), eq(customDomain.ownerId, ownerId), eq(customDomain.projectId, projectId));

/** Selects a domain of an account's project. */
export const selectDomain = (db: Database, key: Owned, host: string) =>
  db.select().from(customDomain).where(ownedHost(key, host));

/** Selects a page of a project's domains, by host. */
export const selectDomains = (
  db: Database,
  { ownerId, projectId }: Owned,
  { after, limit }: { after: string | null; limit: number },
) =>
  db
    .select()
    .from(customDomain)
    .where(
      and(
        eq(customDomain.projectId, projectId),
        eq(customDomain.ownerId, ownerId),
        beyondKey(customDomain.host, after, "asc"),
      ),
    )
    .orderBy(asc(customDomain.host))
    .limit(limit);

/** Detaches a claim that was not verified in time, or whose domain has moved away, so that another account can attach the domain. */
export const detachStaleClaim = (db: Database, host: string) =>
  db
    .update(customDomain)
    .set({ projectId: null, dueAt: sql`now()` })
    .where(
      and(
        eq(customDomain.host, host),
        isNotNull(customDomain.projectId),
        ne(customDomain.status, "active"),
        lt(customDomain.createdAt, sql`now() - ${unverifiedFor}`),
      ),
    );

/** Selects the detached rows among these hosts. */
export const selectDetached = (db: Database, host: string) =>
  db
    .select()
    .from(customDomain)
    .where(and(eq(customDomain.host, host), isNull(customDomain.projectId)));

/** Deletes a detached row, whose hostname the provider no longer has. */
export const deleteDetached = (db: Database, host: string) =>
  db.delete(customDomain).where(and(eq(customDomain.host, host), isNull(customDomain.projectId)));

/** Claims a domain for a project; no row when it is claimed already, or the project has the maximum. */
export const claimDomain = (db: Database, { ownerId, projectId }: Owned, host: string, max: number) =>
  db.execute<{ host: string }>(sql`
    INSERT INTO ${customDomain} (host, owner_id, project_id, status, certificate, records)
    SELECT ${host}, owner_id, id, 'pending', 'pending', '[]' FROM ${project}
      WHERE id = ${projectId} AND owner_id = ${ownerId}
        AND (SELECT count(*) FROM ${customDomain} d WHERE d.project_id = ${projectId}) < ${max}
    ON CONFLICT (host) DO NOTHING RETURNING host`);

/** Counts a project's domains. */
export const countDomains = (db: Database, projectId: string) =>
  db.$count(customDomain, eq(customDomain.projectId, projectId));

/** The next check: every minute in the first hour, then every quarter of an hour, and daily once the state is final. */
const nextDue = sql`now() + CASE WHEN ${customDomain.status} <> 'pending' THEN interval '1 day'
  WHEN ${customDomain.createdAt} > now() - interval '1 hour' THEN interval '1 minute' ELSE interval '15 minutes' END`;

/** Stores the provider's state of a domain that is still attached. */
export const updateDomain = (db: Database, host: string, { id, status, certificate, records }: Hostname) =>
  db
    .update(customDomain)
    .set({ providerId: id, status, certificate, records, dueAt: nextDue })
    .where(eq(customDomain.host, host))
    .returning();

/** Marks a domain that the provider no longer has as failed. */
export const failDomain = (db: Database, host: string) =>
  db
    .update(customDomain)
    .set({ status: "failed", certificate: "failed", dueAt: nextDue })
    .where(eq(customDomain.host, host))
    .returning();

/** Detaches a domain from its project, so that the gateway no longer serves it. */
export const detachDomain = (db: Database, key: Owned, host: string) =>
  db
    .update(customDomain)
    .set({ projectId: null, dueAt: sql`now()` })
    .where(ownedHost(key, host))
    .returning({ host: customDomain.host });

/** Leases domains that are due, so that failing ones do not block the others. */
export const claimDueDomains = (db: Database, limit: number) =>
  db
    .update(customDomain)
    .set({ dueAt: nextDue })
    .where(
      inArray(
        customDomain.host,
        db
          .select({ host: customDomain.host })
          .from(customDomain)
          .where(lte(customDomain.dueAt, sql`now()`))
          .orderBy(customDomain.dueAt)
          .limit(limit),
      ),
    )
    .returning();

/** Selects the project that a verified domain serves. */
export const selectProjectAtDomain = (db: Database, host: string) =>
  db
    .select({ projectId: customDomain.projectId })
    .from(customDomain)
    .where(and(eq(customDomain.host, host), eq(customDomain.status, "active"), isNotNull(customDomain.projectId)));
