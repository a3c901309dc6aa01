import type { InstalledPackages } from "../packages/installed-packages.ts";
import { type Jsx, jsxOf } from "../project/jsx.ts";
import type { Manifest } from "../project/manifest.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { readTsconfig, type Tsconfig } from "../project/tsconfig.ts";
import type { CheckRequest } from "./type-checker-rpc.ts";

/** The files of a package that a type checker reads. */
const DECLARATION = /(\.d\.[mc]?ts|\/package\.json)$/;
/** An RPC message may have 32 MiB. Packages beyond this count as packages without types. */
const PACKAGE_BYTES = 20_000_000;

/**
 * Collects the inputs of a project's type check. Its TypeScript is checked with the strictness of its tsconfig.json,
 * by default strict.
 */
export function checkRequest(files: SourceFiles, manifest: Manifest, packages: InstalledPackages): CheckRequest {
  const own = [...files].filter((file): file is [string, string] => typeof file[1] === "string");
  return {
    files: new Map(own.filter(([path]) => !path.startsWith("node_modules/"))),
    packageFiles: declarationsOf(packages),
    options: checkerOptions(readTsconfig(files, packages), manifest),
  };
}

function declarationsOf(packages: InstalledPackages): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const path of packages.paths()) {
    const content = DECLARATION.test(path) ? packages.read(path) : null;
    if (content === null || bytes + content.byteLength > PACKAGE_BYTES) continue;
    bytes += content.byteLength;
    found.set(path, content);
  }
  return found;
}

/** Options that a project may relax or that change the meaning of its code; the others describe builds elsewhere. */
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
