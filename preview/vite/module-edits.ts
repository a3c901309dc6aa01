import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type CodeToken, tokensOf } from "./tokens.ts";
import type { Alias } from "./vite-settings.ts";

/** Properties of a project that the expansion of a module reads. */
export type ModuleContext = {
  /** The project's files by path; a map of them will do. */
  files: { has(path: string): boolean; keys(): Iterable<string> };
  /** Vite's root, relative to the project. */
  root: string;
  /** The app's folder in the project; empty for the project's own. */
  appRoot?: string;
  publicDir: string | null;
  aliases: readonly Alias[];
  /** The names of the packages that the project may import. */
  packages?: ReadonlySet<string>;
};

export type TransformedModule = {
  code: string;
  changed: boolean;
  /** Specifiers that the new code imports, statically or dynamically, and the old code did not. */
  imports: string[];
  diagnostics: Diagnostic[];
};

const MAX_DIAGNOSTICS = 50;

/** A module on its way: edits are collected and applied at the end, since they refer to offsets in the source. */
export class ModuleEdits {
  readonly code: string;
  readonly path: string;
  readonly tokens: readonly CodeToken[];
  readonly context: ModuleContext;
  readonly imports: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #statements: string[] = [];
  readonly #edits: { start: number; end: number; text: string }[] = [];
  #names = 0;

  constructor(code: string, path: string, context: ModuleContext) {
    this.code = code;
    this.path = path;
    this.context = context;
    this.tokens = tokensOf(code, path);
  }

  /** Replaces a part of the source, without changing how many lines it has. */
  replace(start: number, end: number, text: string): void {
    const lines = this.code.slice(start, end).split("\n").length - text.split("\n").length;
    this.#edits.push({ start, end, text: text + "\n".repeat(Math.max(0, lines)) });
  }

  /** Imports one export of a module, or the namespace when `name` is null, and returns its variable. */
  import(specifier: string, name: string | null): string {
    const variable = `__vite_import_${this.#names++}`;
    const isIdentifier = name !== null && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
    const clause =
      name === null ? `* as ${variable}` : `{ ${isIdentifier ? name : JSON.stringify(name)} as ${variable} }`;
    this.#statements.push(`import ${clause} from ${JSON.stringify(specifier)};`);
    this.imports.push(specifier);
    return variable;
  }

  report(severity: Diagnostic["severity"], offset: number, message: string): void {
    // Maximum errors per module; more would not be read.
    if (this.diagnostics.length >= MAX_DIAGNOSTICS) return;
    const before = this.code.slice(0, offset).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    this.diagnostics.push({ path: this.path, line: before.length, column, severity, message });
  }

  result(): TransformedModule {
    const { imports, diagnostics } = this;
    if (this.#edits.length === 0) return { code: this.code, changed: false, imports, diagnostics };
    let code = "";
    let offset = 0;
    for (const { start, end, text } of this.#edits.sort((one, other) => one.start - other.start)) {
      code += this.code.slice(offset, start) + text;
      offset = end;
    }
    code += this.code.slice(offset);
    // Inserted into the first line, so that line numbers stay; a shebang must remain first.
    const shell = /^#!.*\n?/.exec(code)?.[0] ?? "";
    return { code: shell + this.#statements.join("") + code.slice(shell.length), changed: true, imports, diagnostics };
  }
}
