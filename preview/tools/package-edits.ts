import type { Plugin } from "esbuild-wasm";

/** An edit of modules of packages, which would read files when they run. */
type Edit = {
  /** Its purpose, for the error where it cannot be made. */
  name: string;
  /** The paths of the modules. */
  filter: RegExp;
  /** Matches only the modules that need it; without it all of them do. */
  needs?: RegExp;
  from: RegExp;
  to: (whole: string, ...groups: string[]) => string;
};

const EDITS: readonly Edit[] = [
  // css-tree and csso require their data as Node does at run time; without a `require` of their own the bundler finds the files.
  {
    name: "bundle the data that it requires",
    filter: /\/node_modules\/(css-tree|csso)\/lib\/[^/]+\.js$/,
    needs: /\bcreateRequire\(/,
    // The address is marked where the package was read (module-address.ts).
    from: /^const require = createRequire\(import\.meta\.[\w$]+\);?$/m,
    to: () => "",
  },
  // Iconify's plugins of Tailwind read icons from the disk; here they come with the request (tailwind.ts). Before version 1 of
  // @iconify/tailwind the function knows the sets of its options itself.
  {
    name: "take the icons that come with the request",
    filter: /\/node_modules\/@iconify\/tailwind4?\/(lib\/helpers\/loader|dist\/plugin)\.js$/,
    from: /function loadIconSet\((source|prefix, options)\) \{/,
    to: (whole, parameters) =>
      parameters === "source"
        ? `${whole} if (typeof source === 'string') return globalThis.__iconSets[source];`
        : `${whole} if (!options.iconSets?.[prefix]) return globalThis.__iconSets[prefix];`,
  },
];

const LEXER = /\/node_modules\/es-module-lexer\/dist\/lexer\.(js|cjs)$/;
const LEXER_EDIT = "take its build without WebAssembly, dist/lexer.asm.js";

/** Reads a text by its path; null where there is none. */
type ReadText = (path: string) => Promise<string | null>;
type Edited = { contents: string; loader: "js" } | { errors: { text: string }[] };

/** Says which edit of which package cannot be made: with the module as it is, its tool would fail when it runs, and name no package. */
async function unmade(path: string, edit: string, readText: ReadText): Promise<Edited> {
  const [, folder = "", name = ""] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
  const version = /"version"\s*:\s*"([^"]+)"/.exec((await readText(`${folder}/package.json`)) ?? "")?.[1] ?? "?";
  const text =
    `${name} ${version} is not as Edgesmith knows it, so it cannot be made to ${edit} (${path.slice(folder.length + 1)}). ` +
    "Take another version of the package.";
  return { errors: [{ text }] };
}

async function withoutWebAssembly(path: string, readText: ReadText): Promise<Edited> {
  const plain = await readText(path.replace(LEXER, "/node_modules/es-module-lexer/dist/lexer.asm.js"));
  if (plain === null) return unmade(path, LEXER_EDIT, readText);
  const init = /\bexport (const|let|var) init\b/.test(plain) ? "" : "\nexport const init = Promise.resolve();";
  return { contents: plain + init, loader: "js" };
}

async function edited(edit: Edit, path: string, readText: ReadText): Promise<Edited> {
  const { name, needs, from, to } = edit;
  const code = (await readText(path)) ?? "";
  if (needs?.test(code) === false) return { contents: code, loader: "js" };
  return from.test(code) ? { contents: code.replace(from, to), loader: "js" } : unmade(path, name, readText);
}

/**
 * Returns the plugin that edits modules of packages for an isolate, which reads no files and compiles no WebAssembly when it runs.
 * Where a package's module has nothing that an edit knows, the bundle fails with the package, its version and the edit.
 */
export const packageEdits = (readText: ReadText): Plugin => ({
  name: "package-edits",
  setup(build) {
    build.onLoad({ filter: LEXER, namespace: "file" }, ({ path }) => withoutWebAssembly(path, readText));
    for (const edit of EDITS)
      build.onLoad({ filter: edit.filter, namespace: "file" }, ({ path }) => edited(edit, path, readText));
  },
});
