// The only module that imports the compiler, which is 3.5 MB, so only the worker loads it.
import ts from "typescript-6";
import type { ProjectTypes } from "../../../worker/contract/index.ts";
import { changeOf } from "../files/text-change.ts";
import { ProjectFiles } from "./project-files.ts";
import type { Answers, Detail, Entry, EntryList, Hover, Question, TextEdit, UnsavedText } from "./protocol.ts";

/** The compiler's version, which must equal the type checker's. */
export const compilerVersion = ts.version;

/** The maximum number of entries. Typing narrows a longer list anyway, and each entry delays the editor's next key. */
const maxEntries = 300;

const maxLists = 4;

const preferences: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: true,
  importModuleSpecifierEnding: "minimal",
};

const kinds: Record<string, string> = {
  [ts.ScriptElementKind.memberFunctionElement]: "method",
  [ts.ScriptElementKind.functionElement]: "function",
  [ts.ScriptElementKind.localFunctionElement]: "function",
  [ts.ScriptElementKind.classElement]: "class",
  [ts.ScriptElementKind.interfaceElement]: "interface",
  [ts.ScriptElementKind.typeElement]: "type",
  [ts.ScriptElementKind.enumElement]: "enum",
  [ts.ScriptElementKind.constElement]: "constant",
  [ts.ScriptElementKind.keyword]: "keyword",
  [ts.ScriptElementKind.moduleElement]: "namespace",
  [ts.ScriptElementKind.memberVariableElement]: "property",
  [ts.ScriptElementKind.jsxAttribute]: "property",
};

/** A host without files, since the options refer to no other file. */
const noFiles: ts.ParseConfigHost = {
  useCaseSensitiveFileNames: true,
  fileExists: () => false,
  readFile: () => undefined,
  readDirectory: () => [],
};

const textOf = (parts: ts.SymbolDisplayPart[] | undefined): string => ts.displayPartsToString(parts);

/** A text with its change since an earlier text, so that the compiler parses only the changed part of a long file. */
class Snapshot implements ts.IScriptSnapshot {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  getText(start: number, end: number): string {
    return this.#text.slice(start, end);
  }

  getLength(): number {
    return this.#text.length;
  }

  getChangeRange(earlier: ts.IScriptSnapshot): ts.TextChangeRange {
    const { from, to, insert } = changeOf(earlier.getText(0, earlier.getLength()), this.#text);
    return { span: { start: from, length: to - from }, newLength: insert.length };
  }
}

/** A list of entries that was returned, for later questions about their details. */
type Given = { list: number; entries: readonly ts.CompletionEntry[] };

/** Answers questions about one project's code, including its unsaved texts. */
export class ProjectService {
  readonly #files = new ProjectFiles();
  readonly #service: ts.LanguageService;
  #options: ts.CompilerOptions = {};
  /** The newest lists. The import of a chosen entry may be requested after the next list was returned. */
  #given: Given[] = [];
  #lists = 0;

  constructor() {
    this.#service = ts.createLanguageService(this.#host());
  }

  /** Loads the files, declarations and options of a revision. */
  load(types: ProjectTypes): void {
    this.#files.load(types);
    const config = { compilerOptions: types.options, files: [] };
    const { options } = ts.parseJsonConfigFileContent(config, noFiles, "/", { allowJs: true }, "/tsconfig.json");
    this.#options = options;
  }

  /** Parses and binds every file in advance, so that the first question is fast. */
  prepare(): void {
    this.#service.getProgram()?.getTypeChecker();
  }

  /** Sets or removes unsaved texts. */
  edit(texts: readonly UnsavedText[]): void {
    this.#files.edit(texts);
  }

  /** Answers a question; null if there is no answer. */
  answer(question: Question): Answers[Question["kind"]] {
    const path = `/${question.path}`;
    if (this.#service.getProgram()?.getSourceFile(path) === undefined) return null;
    switch (question.kind) {
      case "complete":
        return this.#complete(path, question);
      case "detail":
      case "import":
        return this.#detail(path, question);
      case "hover":
        return this.#hover(path, question.offset);
    }
  }

  #complete(path: string, { offset, isExplicit }: Extract<Question, { kind: "complete" }>): EntryList | null {
    const before = this.#files.read(path)?.slice(Math.max(0, offset - 200), offset) ?? "";
    const typed = /[\w$]*$/.exec(before)?.[0] ?? "";
    const isMember = /[.?]\s*[\w$]*$|<\/?[\w$]*$/.test(before);
    // Before anything is typed, importable names would add far too many entries.
    const wantsImports = !isMember && typed !== "";
    if (!isExplicit && !isMember && typed === "" && !/["'`/@ ]$/.test(before)) return null;
    const options = { ...preferences, includeCompletionsForModuleExports: wantsImports };
    const found = this.#service.getCompletionsAtPosition(path, offset, options);
    if (found === undefined) return null;
    const [first] = found.entries;
    // Within a string, such as an import's path, the entries replace more than a word.
    const from = first?.replacementSpan?.start ?? offset - typed.length;
    const known = (this.#files.read(path) ?? "").slice(from, offset);
    const fitting = found.entries.filter(({ name }) => isLike(name, known));
    const isStart = ({ name }: ts.CompletionEntry) => name.toLowerCase().startsWith(known.toLowerCase());
    const entries = [...fitting.filter(isStart), ...fitting.filter((one) => !isStart(one))].slice(0, maxEntries);
    const list = ++this.#lists;
    this.#given = [{ list, entries }, ...this.#given].slice(0, maxLists);
    return { list, from, typed: known, isCut: fitting.length > maxEntries, entries: entries.map(toEntry) };
  }

  #detail(
    path: string,
    { offset, list, entry: index }: Extract<Question, { kind: "detail" | "import" }>,
  ): Detail | null {
    const entry = this.#given.find((given) => given.list === list)?.entries[index];
    if (entry === undefined) return null;
    const { name, source, data } = entry;
    const found = this.#service.getCompletionEntryDetails(path, offset, name, {}, source, preferences, data);
    if (found === undefined) return null;
    const edits =
      found.codeActions?.flatMap(({ changes }) => changes).filter(({ fileName }) => fileName === path) ?? [];
    return {
      type: textOf(found.displayParts),
      documentation: textOf(found.documentation),
      edits: edits.flatMap(({ textChanges }) => textChanges).map(toEdit),
    };
  }

  #hover(path: string, offset: number): Hover | null {
    const found = this.#service.getQuickInfoAtPosition(path, offset);
    if (found === undefined) return null;
    const { start, length } = found.textSpan;
    return {
      from: start,
      to: start + length,
      type: textOf(found.displayParts),
      documentation: textOf(found.documentation),
    };
  }

  #host(): ts.LanguageServiceHost {
    const files = this.#files;
    return {
      getCompilationSettings: () => this.#options,
      getProjectVersion: () => files.edition(),
      getScriptFileNames: () => files.roots(),
      getScriptVersion: (path) => files.version(path),
      getScriptSnapshot: (path) => {
        const text = files.read(path);
        return text === undefined ? undefined : new Snapshot(text);
      },
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => "/lib.d.ts",
      fileExists: (path) => files.read(path) !== undefined,
      readFile: (path) => files.read(path),
      directoryExists: (path) => files.hasFolder(path),
      getDirectories: (path) => files.foldersIn(path),
      readDirectory: (path, extensions) => files.filesIn(path, extensions),
      useCaseSensitiveFileNames: () => true,
    };
  }
}

/**
 * Whether a name contains the typed letters in order, with the first letter at the start of the name or of a word in
 * it.
 */
function isLike(name: string, typed: string): boolean {
  if (typed === "") return true;
  const [lower, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  let at = -1;
  for (const letter of wanted) {
    at = lower.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function toEntry({ name, kind, sortText, insertText, source, sourceDisplay }: ts.CompletionEntry): Entry {
  const isImported = source !== undefined && sourceDisplay !== undefined;
  return {
    name,
    kind: kinds[kind] ?? "variable",
    sortText,
    ...(insertText === undefined || insertText === name ? {} : { insert: insertText }),
    ...(isImported ? { from: textOf(sourceDisplay) } : {}),
  };
}

const toEdit = ({ span, newText }: ts.TextChange): TextEdit => ({
  from: span.start,
  to: span.start + span.length,
  insert: newText,
});
