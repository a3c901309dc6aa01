// With types/type-checker.ts the only file that knows @cloudflare/worker-bundler, which calls itself experimental. It is used
// for what is hard to get anywhere else, esbuild inside workerd; how modules are found and read is ours (project/module-plugin.ts), because
// its own resolver leaves a package that is missing to fail at run time, and drops the CSS that scripts import.
import { createWorker, inferContentType } from "@cloudflare/worker-bundler";
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
