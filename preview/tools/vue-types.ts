import { folderOf, relativePath, resolvePath } from "./paths.ts";

export type TypeFiles = {
  /** Returns a file's content by absolute path, or null. */
  readFile: (path: string) => Promise<string | null> | string | null;
  /** Resolves an alias or a package to an absolute path, perhaps without extension, or null. */
  resolve: (specifier: string, base: string) => Promise<string | null> | string | null;
};

type Source = { path: string; content: string };

/** Macros whose types Vue's compiler follows into other files. */
const TYPED_MACRO = /\bdefine(Props|Emits|Slots|Model)\s*</;
const IMPORT = /(\b(?:import|export)\b[^"';]{0,200000}?\bfrom\s*)(["'])([^"'\n]+)\2/g;
const INLINE_IMPORT = /(\bimport\(\s*)(["'])([^"'\n]+)\2(?=\s*\))/g;
const EXTENSIONS = [
  "",
  ".ts",
  ".tsx",
  ".d.ts",
  ".d.mts",
  ".vue",
  "/index.ts",
  "/index.tsx",
  "/index.d.ts",
  "/index.d.mts",
];
/** Names of types by convention, where an import of values and types does not mark them. */
const TYPE_NAME = /^[A-Z]\w*(Props|Emits|Slots|EmitsOptions)$/;

/**
 * Reads the transitive imports of components and their types, since Vue's compiler reads files synchronously and
 * resolves neither aliases nor packages.
 * @returns the components and the files by path, with relative paths in place of aliases and packages
 */
export async function readTypeFiles<Component extends Source>(
  components: Component[],
  { readFile, resolve }: TypeFiles,
): Promise<{ sources: Component[]; files: Record<string, string> }> {
  const files: Record<string, string> = {};
  const found = new Map<string, Promise<string | null>>();
  // Files lead back to each other, so none waits for the imports of another.
  const unfollowed: Source[] = [];

  function find(specifier: string, folder: string): Promise<string | null> {
    const key = `${folder}\0${specifier}`;
    const known = found.get(key) ?? read(specifier, folder);
    found.set(key, known);
    return known;
  }

  async function read(specifier: string, folder: string): Promise<string | null> {
    const target = specifier.startsWith(".") ? resolvePath(folder, specifier) : await resolve(specifier, folder);
    for (const candidate of target === null ? [] : candidatesOf(target)) {
      if (!/\.([cm]?tsx?|vue)$/.test(candidate)) continue;
      const path = asDeclaration(candidate);
      if (path in files) return path;
      const content = await readFile(candidate);
      if (content === null) continue;
      files[path] = content;
      unfollowed.push({ path, content });
      return path;
    }
    return null;
  }

  /** Reads a file's imports and returns its content with relative imports. */
  async function follow({ path, content }: Source): Promise<string> {
    const folder = folderOf(path);
    return rewritten(content, [IMPORT, INLINE_IMPORT], async (_, start, quote, specifier) => {
      const target = await find(specifier, folder);
      return target === null ? null : `${start}${quote}${modulePath(folder, target)}${quote}`;
    });
  }

  /** Reads a component's imports. Those of values stay as they are; types of packages get an import of their own. */
  async function followComponent({ path, content }: Source): Promise<string> {
    const folder = folderOf(path);
    return rewritten(content, [IMPORT], async (whole, start, quote, specifier) => {
      const target = await find(specifier, folder);
      if (target === null || specifier.startsWith(".")) return null;
      const from = `${quote}${modulePath(folder, target)}${quote}`;
      const isOfTypes = /^(import|export)\s+type\b/.test(start) || !target.includes("/node_modules/");
      return isOfTypes ? start + from : withTypesApart(whole, start, from);
    });
  }

  const sources: Component[] = [];
  for (const component of components) {
    const isTyped = TYPED_MACRO.test(component.content);
    sources.push(isTyped ? { ...component, content: await followComponent(component) } : component);
  }
  for (let next = unfollowed.pop(); next !== undefined; next = unfollowed.pop()) files[next.path] = await follow(next);
  return { sources, files };
}

/** The files that a path may stand for. Declarations name each other by the extension of the modules beside them. */
function candidatesOf(target: string): string[] {
  const [, stem, letter = ""] = /^(.*)\.([cm]?)jsx?$/.exec(target) ?? [];
  const declared = stem === undefined ? [] : [`${stem}.d.${letter}ts`, `${stem}.${letter}ts`, `${stem}.tsx`];
  return [...declared, ...EXTENSIONS.map((extension) => target + extension)];
}

/** Older compilers of Vue read declarations in .d.ts files alone. */
const asDeclaration = (path: string): string => path.replace(/\.d\.[cm]ts$/, ".d.ts");

const modulePath = (folder: string, path: string): string => relativePath(folder, path).replace(/\.tsx?$/, "");

/** Moves the types among the names of an import into an import of their own, on the same line. */
function withTypesApart(whole: string, start: string, from: string): string {
  const names = /^import\s*\{([^{}]*)\}\s*from\s*$/
    .exec(start)?.[1]
    ?.split(",")
    .map((name) => name.trim());
  const isType = (name: string): boolean => /^type\s/.test(name) || TYPE_NAME.test(name);
  const types = (names ?? []).filter(isType);
  if (names === undefined || types.length === 0) return whole;
  const apart = `import type { ${types.map((name) => name.replace(/^type\s+/, "")).join(", ")} } from ${from};`;
  const values = names.filter((name) => name !== "" && !isType(name));
  return values.length === 0 ? apart : `${apart} ${whole.replace(/\{[^{}]*\}/, () => `{ ${values.join(", ")} }`)}`;
}

type Replace = (whole: string, start: string, quote: string, specifier: string) => Promise<string | null>;

/** Replaces matches in one pass, since a library's declarations may have thousands. */
async function rewritten(content: string, patterns: readonly RegExp[], replace: Replace): Promise<string> {
  let result = content;
  for (const pattern of patterns) {
    const parts: string[] = [];
    let end = 0;
    for (const { 0: whole, 1: start = "", 2: quote = "", 3: specifier = "", index } of result.matchAll(pattern)) {
      const replacement = await replace(whole, start, quote, specifier);
      if (replacement === null) continue;
      parts.push(result.slice(end, index), replacement);
      end = index + whole.length;
    }
    result = parts.join("") + result.slice(end);
  }
  return result;
}
