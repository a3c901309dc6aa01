import { authorOf, type Context, planOfActor } from "../accounts/index.ts";
import type { Plan } from "../billing/index.ts";
import type { BatchInput, Encoding, Operation } from "../contract/index.ts";
import type { Statement } from "../database/index.ts";
import { AppError, formatExcess } from "../errors.ts";
import { type Content, contentFrom } from "./content.ts";
import { fileLimit, treeLimits } from "./file-limit.ts";
import { checkedPath } from "./file-path.ts";
import { languageOf } from "./language.ts";
import { applyBatchStatement } from "./store.ts";

/** A batch to apply. `opId` is its idempotency key. */
export type BatchRequest = {
  projectId: string;
  opId: string;
  input: BatchInput;
  /** The ETag that the project must still have. */
  ifMatch?: string | null;
  runId?: string;
  /** The run whose changes the batch undoes. */
  undoes?: string;
  /**
   * The id of the `revision.created` event; absent for the batch that creates a project, which has an event of its own.
   */
  eventId?: string;
};

/** An operation as the database stores it: its content by hash. */
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
 * Validates a batch without the database, and builds the one statement that applies it.
 * @returns the statement, and `sha256Of`: the hash that the batch would write, by path
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

/** Builds the `meta` argument of `apply_batch`: the whole batch except its contents. */
export function batchMeta(
  { actor }: Context,
  {
    opId,
    projectId,
    ifMatch,
    runId,
    undoes,
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
    maxStoredBytes: plan.storedBytes,
    operations,
    ...(expectedRevision !== undefined && { expectedRevision }),
    ...(message !== undefined && { message: cleanMessage(message) }),
    ...(ifMatch && { ifMatch }),
    ...(runId !== undefined && { runId }),
    ...(undoes !== undefined && { undoes }),
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
  if (bytes > limit) throw fileTooLarge(path, bytes, limit);
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

/**
 * Refuses a batch in which a path occurs twice.
 * @throws AppError `invalid_request` (`duplicate_path`)
 */
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

/** Removes characters that PostgreSQL cannot store from an agent's message; the API refuses them in a client's. */
const cleanMessage = (message: string): string => message.toWellFormed().replaceAll("\0", "");

/** Returns the error for a file that is larger than the plan allows; sizes in bytes. */
export function fileTooLarge(path: string, bytes: number, limit: number): AppError {
  const [size, allowed] = formatExcess(bytes, limit);
  return new AppError("file_too_large", `“${path}” is ${size}. Your plan allows files up to ${allowed}.`, {
    members: { path, bytes, limit },
  });
}
