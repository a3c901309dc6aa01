import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../../worker/accounts/index.ts";
import type { Operation } from "../../worker/contract/index.ts";
import type { ErrorCode } from "../../worker/errors.ts";
import { readFile } from "../../worker/projects/index.ts";
import { addOne, newLedger } from "./ledger.ts";
import type { Random } from "./random.ts";
import { type Answer, answered, type Named, sendBatch, type WriterLog } from "./send-batch.ts";

export type Ground = { context: Context; projectId: string; random: Random; log: WriterLog };

const ledgers = ["ledger/a.txt", "ledger/b.txt", "ledger/c.txt", "ledger/d.txt"] as const;

/**
 * Writers on one project, `total` committed batches in all: each changes files of its own in every way there is, adds to
 * ledgers that all of them share (some by merging), and now and then sends a batch that must be refused.
 */
export async function writeTogether(ground: Ground, { writers, total }: { writers: number; total: number }) {
  const names = Array.from({ length: writers }, (_, index) => `w${index}`);
  const operations: Operation[] = ledgers.map((path) => ({ op: "create", path, content: newLedger(names) }));
  await sendBatch(ground.context, ground.projectId, { message: "The ledgers", operations }, ground.log);
  let left = total - 1;
  await Promise.all(
    names.map(async (name) => {
      const writer = newWriter(ground, name);
      while (left > 0) {
        left -= 1;
        await writer.writeOnce();
      }
    }),
  );
}

function newWriter(ground: Ground, name: string) {
  const { context, projectId, random, log } = ground;
  let paths: string[] = [];
  let made = 0;
  let sent = 0;
  let folder = name;
  let lastRevision = 0;

  const newMessage = () => {
    sent += 1;
    return `${name}, batch ${sent}`;
  };
  const newPath = () => {
    made += 1;
    return `${folder}/${made}.${random.pick(["txt", "ts", "bin"])}`;
  };
  const send = (input: Named) => sendBatch(context, projectId, input, log);

  /** Takes over what a batch did; one whose answer was none leaves its folder, whose state nobody here knows. */
  function settle(answer: Answer, after: string[]): void {
    if ("revision" in answer) {
      paths = after;
      lastRevision = answer.revision;
    } else {
      paths = [];
      folder = `${name}-${sent}`;
    }
  }

  async function writeOwn(): Promise<void> {
    const message = newMessage();
    const { operations, after } = changesOf(paths, newPath, message, random);
    const base = random.next() < 0.4 ? { expectedRevision: lastRevision } : {};
    const answer = await send({ message, operations, ...base });
    if ("refused" in answer) log.unexpected.push(`${message}: ${answer.refused}`);
    settle(answer, after);
  }

  async function writeRefused(): Promise<void> {
    const message = newMessage();
    const { operations } = changesOf(paths, newPath, message, random);
    const { fault, code } = refusable(paths, operations, folder, random);
    const answer = await send({ message, operations: [...operations, fault] });
    if (!("refused" in answer) || answer.refused !== code) log.unexpected.push(`${message}: not ${code}`);
    if (!("refused" in answer)) settle(answer, []);
  }

  /** Reads a ledger, and writes it back with one more, until nobody was in between or the change was merged. */
  async function addToLedger(isMerge: boolean): Promise<void> {
    const path = random.pick(ledgers);
    for (;;) {
      const message = newMessage();
      const file = await answered(() => readFile(context, { projectId, path }), log);
      if (!("result" in file)) return void log.unexpected.push(`${message}: the ledger cannot be read`);
      await pause(random.whole(0, 5));
      const fresh = newPath();
      const operations: Operation[] = [
        { op: "update", path, content: addOne(file.result.content, name) },
        { op: "create", path: fresh, content: message },
      ];
      const onConflict = isMerge ? "merge" : "fail";
      const answer = await send({ message, operations, onConflict, expectedRevision: file.result.revision });
      if ("refused" in answer && answer.refused === "revision_conflict") continue;
      if ("refused" in answer) log.unexpected.push(`${message}: ${answer.refused}`);
      return settle(answer, [...paths, fresh]);
    }
  }

  return {
    writeOnce: async () => {
      if (random.next() < 0.1) await writeRefused();
      const choice = random.next();
      if (choice < 0.6) await writeOwn();
      else await addToLedger(choice < 0.8);
    },
  };
}

const kinds = ["create", "create", "update", "write", "write", "delete", "move"] as const;

/** One to eight operations on different paths of a writer's own, and the paths that are there after them. */
function changesOf(paths: string[], newPath: () => string, message: string, random: Random) {
  const after = [...paths];
  const unused = [...paths];
  const take = (): string | undefined => unused.splice(random.whole(0, unused.length - 1), 1)[0];
  const operations: Operation[] = [];
  for (let count = random.whole(1, 8); count > 0; count -= 1) {
    const op = random.pick(kinds);
    // Beyond forty files of a writer's own more go than come.
    const path = op === "create" && paths.length < 40 ? undefined : take();
    const drop = () => after.splice(after.indexOf(path ?? ""), 1);
    if (path === undefined || (op === "create" && paths.length < 40)) {
      const fresh = newPath();
      after.push(fresh);
      operations.push({
        op: random.next() < 0.5 ? "create" : "write",
        path: fresh,
        ...contentOf(message, fresh, random),
      });
    } else if (op === "move") {
      const to = newPath();
      drop();
      after.push(to);
      operations.push({ op, path, to });
    } else if (op === "delete" || op === "create") {
      drop();
      operations.push({ op: "delete", path });
    } else operations.push({ op, path, ...contentOf(message, path, random) });
  }
  return { operations, after };
}

function contentOf(message: string, path: string, random: Random): { content: string; encoding?: "base64" } {
  const size = random.next() < 0.03 ? 20_000 : random.whole(0, 1_500);
  const content = `${message}: ${path} ä €\n${"0123456789abcdef".repeat(size / 16)}`;
  return path.endsWith(".bin")
    ? { content: Buffer.from(`\0${content}`).toString("base64"), encoding: "base64" }
    : { content };
}

type Refusable = { fault: Operation; code: ErrorCode };

/** An operation that cannot be done, to stand behind others that could be. */
function refusable(paths: string[], operations: Operation[], folder: string, random: Random): Refusable {
  const named = new Set(operations.map(({ path }) => path));
  const idle = paths.find((path) => !named.has(path));
  const missing: Refusable = {
    fault: { op: "update", path: `${folder}/nowhere.txt`, content: "x" },
    code: "file_missing",
  };
  if (idle === undefined) return missing;
  return random.pick<Refusable>([
    missing,
    { fault: { op: "create", path: idle, content: "x" }, code: "file_exists" },
    { fault: { op: "create", path: `${idle}/below.txt`, content: "x" }, code: "path_conflict" },
    { fault: { op: "write", path: idle, content: "x", expectedSha256: "0".repeat(64) }, code: "revision_conflict" },
  ]);
}
