import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { openTypeChecker, type TypeFinding } from "../build.ts";
import type { InstalledPackages } from "../packages/installed-packages.ts";
import { type Jsx, jsxOf } from "../project/jsx.ts";
import type { Manifest } from "../project/manifest.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { readTsconfig, type Tsconfig } from "../project/tsconfig.ts";
import libraries from "./libraries.txt";
import platform from "./platform.txt";
import { TypedFiles } from "./typed-files.ts";

const MOST_FINDINGS = 100;

/** "Cannot find module", "no declaration file", "JSX runtime not found": the bundler has found the module itself. */
const MODULE_WITHOUT_TYPES = new Set([2307, 7016, 2875, 2792]);
/** What follows in a file that imports something without types: implicit any in callbacks and elements. */
const CONSEQUENCES = new Set([7006, 7031, 7026, 7005, 7034, 7053]);

/**
 * Type-checks the project's own TypeScript as strictly as its tsconfig.json asks, strict where it does not say.
 * What only says that a package has no types is left out.
 */
export async function checkTypes(
  files: SourceFiles,
  manifest: Manifest,
  packages: InstalledPackages,
): Promise<Diagnostic[]> {
  const options = checkerOptions(readTsconfig(files, packages), manifest);
  const typed = new TypedFiles(files, packages, { libraries, platform, options });
  if (typed.sources().length === 0) return [];
  const checker = await openTypeChecker(typed);
  return typed
    .sources()
    .flatMap((path) => relevant(checker.findings(path)).map((finding) => toDiagnostic(path, finding)))
    .slice(0, MOST_FINDINGS);
}

function relevant(findings: TypeFinding[]): TypeFinding[] {
  const untyped = findings.some(({ code }) => MODULE_WITHOUT_TYPES.has(code));
  return findings.filter(({ code }) => !MODULE_WITHOUT_TYPES.has(code) && !(untyped && CONSEQUENCES.has(code)));
}

function toDiagnostic(path: string, { line, column, message }: TypeFinding): Diagnostic {
  return { path, line, column, severity: "error", message };
}

/** Options that a project may relax or that change what its code means; the rest says how it would be built elsewhere. */
const HONOURED = [
  "strict",
  "noImplicitAny",
  "strictNullChecks",
  "strictPropertyInitialization",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "useDefineForClassFields",
];

function checkerOptions(tsconfig: Tsconfig, manifest: Manifest): Record<string, unknown> {
  const own = Object.entries(tsconfig.compilerOptions).filter(([name]) => HONOURED.includes(name));
  const paths = Object.entries(tsconfig.paths).map(([pattern, targets]) => [pattern, targets.map((to) => `./${to}`)]);
  return {
    target: "es2024",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    ...Object.fromEntries(own),
    ...jsxOptions(jsxOf(tsconfig, manifest)),
    paths: { "@/*": ["./src/*"], ...Object.fromEntries(paths) },
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
}

function jsxOptions(jsx: Jsx): Record<string, unknown> {
  if (jsx.runtime === "automatic") return { jsx: "react-jsx", jsxImportSource: jsx.importSource };
  const isReact = jsx.factory === "React.createElement";
  return { jsx: "react", ...(isReact ? {} : { jsxFactory: jsx.factory, jsxFragmentFactory: jsx.fragment }) };
}
