import type { Message, OnResolveArgs, OnResolveResult, Plugin } from "esbuild-wasm";
import { parse as parseJson } from "jsonc-parser";
import { packageTargets } from "../packages/package-targets.ts";
import { STYLE_KINDS } from "./import-kinds.ts";
import { unresolvedIn } from "./messages.ts";
import type { MountedProject } from "./mounted-project.ts";
import { packageNameOf } from "./specifiers.ts";

/** Vite 8's conditions for imports in style sheets; esbuild 0.28 applies neither `style` nor `import` to them. */
const CONDITIONS = ["style", "browser", "module", "import", "default"];

/** Collects from a build's errors the imports of package paths that none of esbuild's conditions match. */
export function unexportedIn(errors: Message[]): Set<string> {
  const unexported = errors.filter(({ notes }) =>
    notes.some(({ text }) => text.startsWith("None of the conditions in the package definition")),
  );
  return new Set(unexported.flatMap((error) => unresolvedIn(error) ?? []));
}

/** Resolves these imports in style sheets as Vite does, with the additional conditions `style` and `import`. */
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

/** Returns a folder and its ancestors up to the root, nearest first. */
function foldersAbove(folder: string, root: string): string[] {
  const inner = folder.startsWith(`${root}/`) ? folder.slice(root.length + 1).split("/") : [];
  return [...inner.map((_, depth) => `${root}/${inner.slice(0, inner.length - depth).join("/")}`), root];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\/");
