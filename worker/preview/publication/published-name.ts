import type { Context } from "../../accounts/index.ts";
import type { PublishedName } from "../../contract/index.ts";
import { type Database, executeIdempotent, executeIdempotentBatch } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { publicUrlOf } from "../../projects/index.ts";
import {
  claimName,
  deleteReleased,
  lockProject,
  markReleased,
  releaseOtherNames,
  selectName,
  setName,
  unsetName,
} from "./store.ts";

const notFound = () => new AppError("not_found", "Project not found.");

/**
 * Returns the chosen name of a project, and the URL where it is public once it is published.
 * @throws AppError `not_found`
 */
export async function getPublishedName(
  { config, database, actor }: Context,
  projectId: string,
): Promise<PublishedName> {
  const [row] = await executeIdempotent(selectName(database, { ownerId: actor.ownerId, projectId }));
  if (row === undefined) throw notFound();
  return { name: row.name, url: publicUrlOf(config, { id: projectId, name: row.name }) };
}

/**
 * Names a project's public address, and releases its previous name. The new address works as soon as the gateways'
 * caches expire; the address by the project's id works too.
 * @param name in the form of the contract
 * @throws AppError `not_found`; `name_taken` when another project has it, or another account had it recently
 */
export async function putPublishedName(context: Context, projectId: string, name: string): Promise<PublishedName> {
  const { config, database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  const [locked, claimed] = await executeIdempotentBatch(database, [
    lockProject(database, key),
    claimName(database, key, name),
    setName(database, key, name),
    releaseOtherNames(database, key),
  ] as const);
  if (locked.length === 0) throw notFound();
  if (claimed.rows.length === 0) {
    throw new AppError("name_taken", `The name “${name}” is taken. Choose another one.`, { members: { name } });
  }
  return { name, url: publicUrlOf(config, { id: projectId, name }) };
}

/**
 * Releases a project's name. The account keeps the right to take it again for 30 days.
 * @throws AppError `not_found`
 */
export async function releasePublishedName({ database, actor }: Context, projectId: string): Promise<void> {
  const key = { ownerId: actor.ownerId, projectId };
  const [locked] = await executeIdempotentBatch(database, [
    lockProject(database, key),
    unsetName(database, key),
    releaseOtherNames(database, key),
  ] as const);
  if (locked.length === 0) throw notFound();
}

/** Starts the reservation of deleted projects' names, and frees names whose reservation has ended. */
export async function sweepPublishedNames(database: Database): Promise<void> {
  await executeIdempotent(markReleased(database));
  await executeIdempotent(deleteReleased(database));
}
