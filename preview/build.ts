// The only file that knows @cloudflare/worker-bundler, which calls itself experimental. It is used for what is hard to
// get anywhere else, esbuild inside workerd; how modules are found and read is ours (project/module-plugin.ts), because
// its own resolver leaves a package that is missing to fail at run time, and drops the CSS that scripts import.
import { createWorker, type FileSystem, inferContentType } from "@cloudflare/worker-bundler";
import type { BuildFailure, BuildOptions, Message, OutputFile, Plugin } from "esbuild";
import type { Diagnostic } from "../worker/contract/preview-rpc.ts";
import type { Jsx } from "./project/jsx.ts";

export type Bundle = {
  script: string;
  sourceMap: string;
  /** The CSS its modules import, or null where none does. */
  css: string | null;
  /** Names the entry module exports. */
  exports: string[];
  diagnostics: Diagnostic[];
};

export type BundleOptions = {
  entry: string;
  /** Finds and reads every module, the entry included. */
  modules: Plugin;
  define: Record<string, string>;
  jsx: Jsx;
  /** Of tsconfig.json what changes the code that comes out. */
  compilerOptions: Record<string, unknown>;
};

/**
 * Bundles one entry with everything it imports into one ES module.
 * A module that does not parse or resolve gives a null bundle with the diagnostics that say where.
 */
export async function bundle(
  options: BundleOptions,
): Promise<{ bundle: Bundle; diagnostics: Diagnostic[] } | { bundle: null; diagnostics: Diagnostic[] }> {
  const capture = new OutputCapture(options);
  try {
    await createWorker({
      files: { [options.entry]: "" },
      entryPoint: options.entry,
      define: options.define,
      __dangerouslyUseEsBuildPluginsDoNotUseOrYouWillBeFired: [capture.plugin, options.modules],
    });
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure;
    return { bundle: null, diagnostics: failure.errors.map((error) => toDiagnostic(error, "error")) };
  }
  const diagnostics = capture.warnings.map((warning) => toDiagnostic(warning, "warning"));
  return { diagnostics, bundle: capture.bundle(diagnostics) };
}

/** The media type of a file by its name. */
export function contentTypeOf(path: string): string {
  return inferContentType(path) ?? "application/octet-stream";
}

/** One finding of the type checker; places count from 1. */
export type TypeFinding = { code: number; line: number; column: number; message: string };

/** Files as the bundler's type checker reads them: `list` without a prefix names those to check. */
export type CheckedFiles = FileSystem;

/** Opens a type checker over files that include the standard library, which it then need not fetch. */
export async function openTypeChecker(files: CheckedFiles): Promise<{ findings(path: string): TypeFinding[] }> {
  const { createTypescriptLanguageService } = await import("@cloudflare/worker-bundler/typescript");
  const { languageService } = await withoutDownload(() => createTypescriptLanguageService({ fileSystem: files }));
  const service: DiagnosticSource = languageService;
  const findings = (path: string) => [
    ...service.getSyntacticDiagnostics(path),
    ...service.getSemanticDiagnostics(path),
  ];
  return { findings: (path) => findings(path).map(toFinding) };
}

/**
 * The checker asks the public registry for the standard library every time, whatever it is given, before it does anything
 * asynchronous: for that moment `fetch` answers with an empty archive. What it needs of the library is in its files.
 */
function withoutDownload<T>(start: () => T): T {
  const archive = new Blob([new Uint8Array(1024)]).stream().pipeThrough(new CompressionStream("gzip"));
  const real = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response(archive));
  try {
    return start();
  } finally {
    globalThis.fetch = real;
  }
}

/** The part of TypeScript's language service used here. */
type DiagnosticSource = Record<
  "getSyntacticDiagnostics" | "getSemanticDiagnostics",
  (path: string) => TypeDiagnostic[]
>;
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

/** Keeps every output of a build: the bundler itself hands on only the first. */
class OutputCapture {
  readonly #options: BundleOptions;
  warnings: Message[] = [];
  #files: OutputFile[] = [];
  #exports: string[] = [];

  constructor(options: BundleOptions) {
    this.#options = options;
  }

  readonly plugin: Plugin = {
    name: "output-capture",
    setup: (build) => {
      Object.assign(build.initialOptions, languageOptions(this.#options));
      build.initialOptions.metafile = true;
      build.initialOptions.sourcemap = "external";
      // Places are what a stack is told by; the sources themselves would double what a build weighs.
      build.initialOptions.sourcesContent = false;
      build.initialOptions.logLevel = "silent";
      build.initialOptions.keepNames = true;
      build.onEnd((result) => {
        this.warnings = result.warnings;
        this.#files = result.outputFiles ?? [];
        this.#exports = Object.values(result.metafile?.outputs ?? {}).flatMap((output) => output.exports);
      });
    },
  };

  bundle(diagnostics: Diagnostic[]): Bundle {
    return {
      script: this.#text(".js") ?? "",
      sourceMap: this.#text(".js.map") ?? "",
      css: this.#text(".css"),
      exports: this.#exports,
      diagnostics,
    };
  }

  #text(extension: string): string | null {
    return this.#files.find((file) => file.path.endsWith(extension))?.text ?? null;
  }
}

/** Options of esbuild that the bundler does not hand on. */
function languageOptions({ jsx, compilerOptions }: BundleOptions): BuildOptions {
  const language = { tsconfigRaw: { compilerOptions } };
  if (jsx.runtime === "automatic") return { ...language, jsx: "automatic", jsxImportSource: jsx.importSource };
  return { ...language, jsx: "transform", jsxFactory: jsx.factory, jsxFragment: jsx.fragment };
}

function isBuildFailure(failure: unknown): failure is BuildFailure {
  return failure instanceof Error && "errors" in failure && Array.isArray(failure.errors);
}

/** esbuild counts columns from 0 and prefixes a virtual module's path with its namespace. */
function toDiagnostic(message: Message, severity: Diagnostic["severity"]): Diagnostic {
  const { location } = message;
  if (location === null) return { path: "", line: 0, column: 0, severity, message: message.text };
  const path = location.file.replace(/^[a-z-]+:/, "");
  return { path, line: location.line, column: location.column + 1, severity, message: message.text };
}
