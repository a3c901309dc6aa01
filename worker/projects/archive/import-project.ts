import { type Context, planOfActor } from "../../accounts/index.ts";
import type { Plan } from "../../billing/index.ts";
import { type ImportedProject, newId, sanitizeJson } from "../../contract/index.ts";
import { commit, type Database, executeIdempotent, executeIdempotentBatch } from "../../database/index.ts";
import { isAppError, storageExceeded, tooManyProjects } from "../../errors.ts";
import { outboxStatement } from "../../webhooks/index.ts";
import { batchMeta, refuseRepeats, type StoredOperation } from "../batch-statement.ts";
import { contentFrom } from "../content.ts";
import { endSpace, insertBlobs, type NewBlobRow, registerSpace, selectStorage } from "../contents-store.ts";
import { projectIdOf } from "../create-project.ts";
import { getProjectDetail } from "../get-project.ts";
import { languageOf } from "../language.ts";
import { applyBatchStatement, insertImport, insertProject, requireProjectRoom } from "../store.ts";
import { type OpenArchive, openArchive } from "./read-archive.ts";

/** Bytes of contents per request to the database. */
const chunkBytes = 2_000_000;

/** `folder`: the one folder of a repository's archive to import. */
type Input = { name: string; archive: Uint8Array; folder?: string };

/**
 * Creates a project from a zip or a gzipped tar. First sends the contents in chunks into a space without a project; one
 * commit then creates the project with its first revision, so that it exists completely or not at all.
 * @returns the project, with a report of the omitted files
 * @throws AppError `invalid_archive`, `invalid_path`, `path_conflict`, `project_too_large`, `limit_reached`,
 * `storage_exceeded`
 */
export async function importProject(
  context: Context,
  input: Input,
  opId = newId("operation"),
): Promise<ImportedProject> {
  const { database, actor } = context;
  const { ownerId } = actor;
  const id = newId("project");
  const plan = planOfActor(actor);
  await requireRoom(database, { space: id, ownerId, plan });
  try {
    return await importInto(context, id, input, opId);
  } catch (error) {
    // The space belongs to no project, unless the outcome of the commit is unknown.
    if (isAppError(error) && error.code !== "outcome_unknown") await executeIdempotent(endSpace(database, id));
    throw error;
  }
}

type Space = { space: string; ownerId: string; plan: Plan };

/**
 * Registers the space for the sweep, and refuses an import early when the account's storage is full.
 * @throws AppError `limit_reached`, `storage_exceeded`
 */
async function requireRoom(database: Database, { space, ownerId, plan }: Space): Promise<void> {
  const [, [stored]] = await executeIdempotentBatch(database, [
    registerSpace(database, space),
    selectStorage(database, ownerId),
  ]);
  if (!stored) return;
  if (stored.projects >= plan.projects) throw tooManyProjects(plan.projects);
  if (stored.bytes >= plan.storedBytes) throw storageExceeded(stored.bytes, plan.storedBytes);
}

async function importInto(
  context: Context,
  id: string,
  { name, archive, folder }: Input,
  opId: string,
): Promise<ImportedProject> {
  const { database, actor } = context;
  const { ownerId } = actor;
  const opened = await openArchive(archive, planOfActor(actor), folder);
  const report = sanitizeJson(opened.report);
  const operations = await sendContents(context, id, opened);
  refuseRepeats(operations);
  const meta = batchMeta(context, { opId, projectId: id, input: { message: "Import" } }, operations);
  const { result } = await commit(database, {
    opId,
    kind: "project.imported",
    result: { projectId: id },
    statements: [
      insertProject(database, { id, ownerId, name, space: id }),
      requireProjectRoom(database, ownerId, planOfActor(actor).projects),
      ...(operations.length > 0 ? [applyBatchStatement(database, { ...meta, contents: [], isImport: true }, [])] : []),
      insertImport(database, id, report),
      outboxStatement(database, { ownerId, projectId: id, type: "project.created", data: { projectId: id, name } }),
    ],
  });
  // Read again, since an earlier attempt may have created the project.
  const { import: stored = report, ...project } = await getProjectDetail(context, projectIdOf(result));
  return { ...project, ...stored };
}

async function sendContents({ database }: Context, space: string, archive: OpenArchive): Promise<StoredOperation[]> {
  const operations: StoredOperation[] = [];
  const sent = new Set<string>();
  let waiting: NewBlobRow[] = [];
  let waitingBytes = 0;
  const send = async () => {
    if (waiting.length > 0) await executeIdempotent(insertBlobs(database, waiting));
    waiting = [];
    waitingBytes = 0;
  };
  for await (const { path, ...file } of archive.files()) {
    const content = contentFrom(file.content, file.encoding, path, "");
    const { sha256, bytes, encoding } = content;
    operations.push({ op: "create", path, sha256, bytes, encoding, language: languageOf(path) });
    if (sent.has(sha256)) continue;
    sent.add(sha256);
    waiting.push({ space, ...content });
    waitingBytes += bytes;
    if (waitingBytes >= chunkBytes) await send();
  }
  await send();
  return operations;
}
