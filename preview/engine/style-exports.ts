import type { Message, OnResolveArgs, OnResolveResult, Plugin } from "esbuild-wasm";
import { parse as parseJson } from "jsonc-parser";
import { packageTargets } from "../packages/package-targets.ts";
import { STYLE_KINDS } from "./import-kinds.ts";
import { unresolvedIn } from "./messages.ts";
import type { MountedProject } from "./mounted-project.ts";
import { packageNameOf } from "./specifiers.ts";

/** The conditions of Vite 8 for imports in style sheets; esbuild 0.28 has neither `style` nor `import` for them. */
const CONDITIONS = ["style", "browser", "module", "import", "default"];

/** Collects the imports of packages' paths whose conditions are none of esbuild's, from a build's errors. */
export function unexportedIn(errors: Message[]): Set<string> {
  const unexported = errors.filter(({ notes }) =>
    notes.some(({ text }) => text.startsWith("None of the conditions in the package definition")),
  );
  return new Set(unexported.flatMap((error) => unresolvedIn(error) ?? []));
}

/** Resolves these imports in style sheets as Vite does, by the conditions `style` and `import` too. */
export function styleExports(specifiers: ReadonlySet<string>, project: MountedProject, mode: string): Plugin {
  return {
    name: "style-exports",
    setup(build) {
      const filter = new RegExp(`^(${[...specifiers].map(escaped).join("|")})$`);
      build.onResolve({ filter }, (args) => resolved(args, project, [mode, ...CONDITIONS]));
    },
  };
}

async function resolved(
  { path, kind, resolveDir }: OnResolveArgs,
  { files }: MountedProject,
  conditions: string[],
): Promise<OnResolveResult | undefined> {
  if (!STYLE_KINDS.includes(kind)) return undefined;
  const name = packageNameOf(path);
  const folder = foldersAbove(resolveDir, files.root)
    .map((above) => `${above}/node_modules/${name}`)
    .find((candidate) => files.stat(candidate) !== null);
  if (folder === undefined) return undefined;
  const manifest: unknown = parseJson((await files.readText(`${folder}/package.json`)) ?? "{}");
  if (typeof manifest !== "object" || manifest === null || !("exports" in manifest)) return undefined;
  const [target] = packageTargets(manifest.exports, `.${path.slice(name.length)}`, conditions);
  const found = target === undefined ? null : `${folder}/${target.replace(/^\.\//, "")}`;
  return found !== null && files.stat(found) !== null ? { path: found } : undefined;
}

/** Returns a folder and those above it, nearest first, up to the root. */
function foldersAbove(folder: string, root: string): string[] {
  const inner = folder.startsWith(`${root}/`) ? folder.slice(root.length + 1).split("/") : [];
  return [...inner.map((_, depth) => `${root}/${inner.slice(0, inner.length - depth).join("/")}`), root];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
