import { authorOf, type Context, planOfActor } from "../accounts/index.ts";
import type { Plan } from "../billing/index.ts";
import type { BatchInput, Encoding, Operation } from "../contract/index.ts";
import type { Statement } from "../database/index.ts";
import { AppError, formatSize } from "../errors.ts";
import { type Content, contentFrom } from "./content.ts";
import { fileLimit, treeLimits } from "./file-limit.ts";
import { languageOf } from "./language.ts";
import { checkedPath } from "./path.ts";
import { applyBatchStatement } from "./store.ts";

export type BatchRequest = {
  projectId: string;
  opId: string;
  input: BatchInput;
  /** The project's ETag that must still hold. */
  ifMatch?: string | null;
  runId?: string;
  /** The `revision.created` event that tells of it. A batch that makes a project has none: the project is told of. */
  eventId?: string;
};

/** An operation as the database gets it: its content by hash. */
export type StoredOperation = {
  op: Operation["op"];
  path: string;
  to?: string;
  sha256?: string;
  bytes?: number;
  language?: string;
  encoding?: Encoding;
  expectedSha256?: string;
};

/**
 * Checks a batch without asking the database, and makes the one statement that applies it.
 * `contents` has each content once, by hash; `sha256Of` tells what the batch would write at a path.
 * @throws AppError `invalid_path`, `invalid_content`, `file_too_large`, `invalid_request` (a path that occurs twice)
 */
export function prepareBatch(
  context: Context,
  request: BatchRequest,
): { statement: Statement; sha256Of: Map<string, string> } {
  const plan = planOfActor(context.actor);
  const contents = new Map<string, Content>();
  const operations = request.input.operations.map((operation, index) =>
    storedOperation(operation, `/operations/${index}`, contents, plan),
  );
  refuseRepeats(operations);
  const meta = {
    ...batchMeta(context, request, operations),
    contents: [...contents.values()].map(({ sha256, encoding, bytes }) => ({ sha256, encoding, bytes })),
  };
  const texts = [...contents.values()].map(({ content }) => content);
  const sha256Of = new Map(operations.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256]])));
  return { statement: applyBatchStatement(context.database, meta, texts), sha256Of };
}

/** All of a batch but its contents, as `apply_batch` takes it. */
export function batchMeta(
  { actor }: Context,
  {
    opId,
    projectId,
    ifMatch,
    runId,
    eventId,
    input,
  }: Omit<BatchRequest, "input"> & { input: Omit<BatchInput, "operations"> },
  operations: StoredOperation[],
) {
  const plan = planOfActor(actor);
  const { expectedRevision, message } = input;
  return {
    opId,
    projectId,
    ownerId: actor.ownerId,
    author: authorOf(actor),
    ...treeLimits(plan),
    maxFileBytes: Math.max(plan.fileBytes, ...operations.map(({ path }) => fileLimit(path, plan))),
    maxStoredBytes: plan.storedBytes,
    operations,
    ...(expectedRevision !== undefined && { expectedRevision }),
    ...(message !== undefined && { message: cleanMessage(message) }),
    ...(ifMatch && { ifMatch }),
    ...(runId !== undefined && { runId }),
    ...(eventId !== undefined && { eventId }),
  };
}

function storedOperation(
  operation: Operation,
  pointer: string,
  contents: Map<string, Content>,
  plan: Plan,
): StoredOperation {
  const path = checkedPath(operation.path, `${pointer}/path`);
  const expected =
    "expectedSha256" in operation && operation.expectedSha256 !== undefined
      ? { expectedSha256: operation.expectedSha256 }
      : {};
  if (operation.op === "delete") return { op: operation.op, path, ...expected };
  if (operation.op === "move") {
    const to = checkedPath(operation.to, `${pointer}/to`);
    return { op: operation.op, path, to, language: languageOf(to), ...expected };
  }
  const content = contentFrom(operation.content, operation.encoding ?? "utf-8", path, `${pointer}/content`);
  const { sha256, bytes, encoding } = content;
  const limit = fileLimit(path, plan);
  if (bytes > limit) {
    throw new AppError(
      "file_too_large",
      `“${path}” is ${formatSize(bytes)}. Your plan allows files up to ${formatSize(limit)}.`,
      {
        members: { path, bytes, limit },
      },
    );
  }
  contents.set(sha256, content);
  return {
    op: operation.op,
    path,
    sha256,
    bytes,
    encoding,
    language: operation.language ?? languageOf(path),
    ...expected,
  };
}

/** @throws AppError `invalid_request` where a path occurs twice */
export function refuseRepeats(operations: StoredOperation[]): void {
  const seen = new Set<string>();
  for (const [index, { path, to }] of operations.entries()) {
    for (const [field, used] of [
      ["path", path],
      ["to", to],
    ] as const) {
      if (used === undefined) continue;
      if (seen.has(used)) {
        const detail = `${used} appears twice in the batch. Each path may appear once.`;
        const errors = [{ pointer: `/operations/${index}/${field}`, code: "duplicate_path", detail }];
        throw new AppError("invalid_request", detail, { errors });
      }
      seen.add(used);
    }
  }
}

/** What an agent calls its batch, PostgreSQL may not be able to hold; a caller of the API is told so before. */
const cleanMessage = (message: string): string => message.toWellFormed().replaceAll("\0", "");
