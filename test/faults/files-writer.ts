import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../../worker/accounts/index.ts";
import type { Operation } from "../../worker/contract/index.ts";
import { readFile } from "../../worker/projects/index.ts";
import { increment, newCounterFile } from "./counter-file.ts";
import type { Random } from "./random.ts";
import { randomOperations, rejectedOperation } from "./random-operations.ts";
import { type Answer, type Named, sendBatch, untilAnswered, type WriterLog } from "./send-batch.ts";

export type WriterContext = { context: Context; projectId: string; random: Random; log: WriterLog };

const counterFiles = ["ledger/a.txt", "ledger/b.txt", "ledger/c.txt", "ledger/d.txt"] as const;

/**
 * Runs concurrent writers on one project until they have committed `total` batches. Each writer changes its own files
 * with every kind of operation, increments shared counter files (sometimes by merging), and occasionally sends a batch
 * that must be rejected.
 */
export async function writeTogether(setup: WriterContext, { writers, total }: { writers: number; total: number }) {
  const names = Array.from({ length: writers }, (_, index) => `w${index}`);
  const operations: Operation[] = counterFiles.map((path) => ({ op: "create", path, content: newCounterFile(names) }));
  await sendBatch(setup.context, setup.projectId, { message: "The ledgers", operations }, setup.log);
  let left = total - 1;
  await Promise.all(
    names.map(async (name) => {
      const writer = new Writer(setup, name);
      while (left > 0) {
        left -= 1;
        await writer.writeOnce();
      }
    }),
  );
}

class Writer {
  private readonly setup: WriterContext;
  private readonly name: string;
  /** The paths of the writer's own files, as of its last response. */
  private paths: string[] = [];
  private folder: string;
  private made = 0;
  private sent = 0;
  private lastRevision = 0;

  constructor(setup: WriterContext, name: string) {
    this.setup = setup;
    this.name = name;
    this.folder = name;
  }

  async writeOnce(): Promise<void> {
    const { random } = this.setup;
    if (random.next() < 0.1) await this.writeRefused();
    const choice = random.next();
    if (choice < 0.6) await this.writeOwn();
    else await this.addToLedger(choice < 0.8);
  }

  private async writeOwn(): Promise<void> {
    const message = this.newMessage();
    const { operations, after } = this.changes(message);
    const base = this.setup.random.next() < 0.4 ? { expectedRevision: this.lastRevision } : {};
    const answer = await this.send({ message, operations, ...base });
    if ("refused" in answer) this.complain(message, answer.refused);
    this.settle(answer, after);
  }

  private async writeRefused(): Promise<void> {
    const message = this.newMessage();
    const { operations } = this.changes(message);
    const { fault, code } = rejectedOperation(this.paths, operations, this.folder, this.setup.random);
    const answer = await this.send({ message, operations: [...operations, fault] });
    if (!("refused" in answer)) this.settle(answer, []);
    if (!("refused" in answer) || answer.refused !== code) this.complain(message, `it was not refused as ${code}`);
  }

  /**
   * Reads a counter file and writes it back incremented, until no concurrent change interferes or the change was
   * merged.
   */
  private async addToLedger(isMerge: boolean): Promise<void> {
    const { context, projectId, random, log } = this.setup;
    const path = random.pick(counterFiles);
    for (;;) {
      const message = this.newMessage();
      const file = await untilAnswered(() => readFile(context, { projectId, path }), log);
      if (!("result" in file)) return this.complain(message, "the ledger cannot be read");
      await pause(random.whole(0, 5));
      const fresh = this.newPath();
      const operations: Operation[] = [
        { op: "update", path, content: increment(file.result.content, this.name) },
        { op: "create", path: fresh, content: message },
      ];
      const onConflict = isMerge ? "merge" : "fail";
      const answer = await this.send({ message, operations, onConflict, expectedRevision: file.result.revision });
      if ("refused" in answer && answer.refused === "revision_conflict") continue;
      if ("refused" in answer) this.complain(message, answer.refused);
      return this.settle(answer, [...this.paths, fresh]);
    }
  }

  /** Records the outcome of a batch. After an unknown outcome the writer continues in a new folder. */
  private settle(answer: Answer, after: string[]): void {
    if ("revision" in answer) {
      this.paths = after;
      this.lastRevision = answer.revision;
    } else {
      this.paths = [];
      this.folder = `${this.name}-${this.sent}`;
    }
  }

  private newMessage(): string {
    this.sent += 1;
    return `${this.name}, batch ${this.sent}`;
  }

  private newPath(): string {
    this.made += 1;
    return `${this.folder}/${this.made}.${this.setup.random.pick(["txt", "ts", "bin"])}`;
  }

  private changes(message: string) {
    return randomOperations(this.paths, () => this.newPath(), message, this.setup.random);
  }

  private send(input: Named): Promise<Answer> {
    return sendBatch(this.setup.context, this.setup.projectId, input, this.setup.log);
  }

  private complain(message: string, what: string): void {
    this.setup.log.unexpected.push(`${message}: ${what}`);
  }
}
