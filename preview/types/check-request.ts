import type { InstalledPackages } from "../packages/installed-packages.ts";
import type { AppFolder } from "../project/app-folder.ts";
import { type Jsx, jsxOf } from "../project/jsx.ts";
import type { Manifest } from "../project/manifest.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { readTsconfig, type Tsconfig } from "../project/tsconfig.ts";
import type { CheckRequest } from "./type-checker-rpc.ts";
import { workspacePaths } from "./workspace-paths.ts";

/** The files of a package that a type checker reads. */
const DECLARATION = /(\.d\.[mc]?ts|\/package\.json)$/;
/** An RPC message may have 32 MiB. Packages beyond this limit are treated as packages without types. */
const PACKAGE_BYTES = 20_000_000;

type Checked = {
  manifest: Manifest;
  packages: InstalledPackages;
  workspace: ReadonlyMap<string, string>;
  /**
   * The alias patterns in vite.config, with their targets from the app's folder. Patterns in tsconfig.json take
   * precedence.
   */
  aliases: Record<string, string[]>;
};

/**
 * Collects the inputs of a project's type check. Its TypeScript is checked with the strictness of its app's tsconfig.json,
 * by default strict.
 * @param files all files of the project
 * @param app the app's folder, with its files
 */
export function checkRequest(
  files: SourceFiles,
  app: AppFolder,
  { manifest, packages, workspace, aliases }: Checked,
): CheckRequest {
  const own = [...files].filter((file): file is [string, string] => typeof file[1] === "string");
  return {
    files: new Map(own.filter(([path]) => !path.startsWith("node_modules/"))),
    packageFiles: declarationsOf(packages),
    options: checkerOptions(readTsconfig(app.files, packages, app), manifest, {
      root: app.root,
      ofWorkspace: workspacePaths(files, workspace),
      aliases,
    }),
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

type Located = { root: string; ofWorkspace: [string, string[]][]; aliases: Record<string, string[]> };

function checkerOptions(
  tsconfig: Tsconfig,
  manifest: Manifest,
  { root, ofWorkspace, aliases }: Located,
): Record<string, unknown> {
  // A path with a leading slash is relative to the project (tsconfig.ts).
  const at = (path: string): string => `./${path.startsWith("/") ? path.slice(1) : within(root, path)}`;
  const own = Object.entries(tsconfig.compilerOptions).filter(([name]) => HONOURED.includes(name));
  const paths = Object.entries({ ...aliases, ...tsconfig.paths }).map(([pattern, targets]) => [
    pattern,
    targets.map(at),
  ]);
  return {
    target: "es2024",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    ...Object.fromEntries(own),
    ...jsxOptions(jsxOf(tsconfig, manifest)),
    paths: { ...Object.fromEntries(ofWorkspace), "@/*": [at("src/*")], ...Object.fromEntries(paths) },
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
