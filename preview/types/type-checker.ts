// The only file that imports @cloudflare/worker-bundler, which has TypeScript's language service for workerd.
import type { FileSystem } from "@cloudflare/worker-bundler";
import type { createTypescriptLanguageService } from "@cloudflare/worker-bundler/typescript";
import { withoutDownload } from "./without-download.ts";

/** One finding of the type checker; positions count from 1. */
export type TypeFinding = { code: number; line: number; column: number; message: string };

/** Files in the form that the bundler's type checker reads. Without a prefix, `list` returns the files to check. */
export type CheckedFiles = FileSystem;

/** Thrown after a check's deadline. */
export class DeadlinePassed extends Error {}

/**
 * Opens a type checker over files that include the standard library, so that it need not fetch the library.
 * @param withinMs time limit for finding errors after all files are read, in milliseconds
 * @throws Error when the compiler has no program for the files
 */
export async function openTypeChecker(files: CheckedFiles, withinMs: number): Promise<TypeChecker> {
  const typescript = await import("@cloudflare/worker-bundler/typescript");
  const { languageService } = await withoutDownload(() =>
    typescript.createTypescriptLanguageService({ fileSystem: files }),
  );
  const program = languageService.getProgram();
  if (program === undefined) throw new Error("The type checker has no program.");
  program.getTypeChecker();
  return new TypeChecker(program, Date.now() + withinMs);
}

/**
 * Checks file by file until its deadline. The compiler polls the deadline between declarations, so a single endless
 * type misses it, and in production, where the clock stands still during work, it never passes: the limit of the
 * Worker's CPU time always applies.
 */
export class TypeChecker {
  readonly #program: Program;
  readonly #token: CancellationToken;

  constructor(program: Program, deadline: number) {
    this.#program = program;
    const isCancellationRequested = () => Date.now() > deadline;
    this.#token = {
      isCancellationRequested,
      throwIfCancellationRequested() {
        if (isCancellationRequested()) throw new DeadlinePassed();
      },
    };
  }

  /**
   * Returns the findings of one file.
   * @throws {@link DeadlinePassed}
   */
  findings(path: string): TypeFinding[] {
    this.#token.throwIfCancellationRequested();
    const file = this.#program.getSourceFile(path) ?? this.#program.getSourceFile(`/${path}`);
    if (file === undefined) return [];
    return [
      ...this.#program.getSyntacticDiagnostics(file, this.#token),
      ...this.#program.getSemanticDiagnostics(file, this.#token),
    ].map(toFinding);
  }
}

type Service = Awaited<ReturnType<typeof createTypescriptLanguageService>>["languageService"];
type Program = NonNullable<ReturnType<Service["getProgram"]>>;
type CancellationToken = { isCancellationRequested(): boolean; throwIfCancellationRequested(): void };
type TypeDiagnostic = {
  code: number;
  start?: number | undefined;
  messageText: string | MessageChain;
  file?: { text: string } | undefined;
};
type MessageChain = { messageText: string; next?: MessageChain[] };

function toFinding({ code, start = 0, messageText, file }: TypeDiagnostic): TypeFinding {
  const before = (file?.text ?? "").slice(0, start).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  const message = typeof messageText === "string" ? messageText : flatten(messageText, 0);
  return { code, line: before.length, column, message: `${message} (TS${code})` };
}

function flatten({ messageText, next = [] }: MessageChain, depth: number): string {
  return [`${"  ".repeat(depth)}${messageText}`, ...next.map((inner) => flatten(inner, depth + 1))].join("\n");
}
