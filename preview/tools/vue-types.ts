import { folderOf, relativePath, resolvePath } from "./paths.ts";

export type TypeFiles = {
  /** Returns a file's content by absolute path, or null. */
  readFile: (path: string) => Promise<string | null> | string | null;
  /** Resolves an alias such as `@/types` to an absolute path, perhaps without extension, or null. */
  resolve: (specifier: string, base: string) => Promise<string | null> | string | null;
};

type Source = { path: string; content: string };

/** Macros whose types Vue's compiler follows into other files. */
const TYPED_MACRO = /\bdefine(Props|Emits|Slots|Model)\s*</;
const IMPORT = /(\b(?:import|export)\b[^"';]{0,4000}?\bfrom\s*)(["'])([^"'\n]+)\2/g;
const EXTENSIONS = ["", ".ts", ".tsx", ".d.ts", ".vue", "/index.ts", "/index.tsx", "/index.d.ts"];

/**
 * Reads the transitive imports of components and their types, since Vue's compiler reads files synchronously.
 * @returns the components with aliases as relative paths, which the compiler does not resolve itself, and the files by
 * path
 */
export async function readTypeFiles(
  components: Source[],
  { readFile, resolve }: TypeFiles,
): Promise<{ sources: Source[]; files: Record<string, string> }> {
  const files: Record<string, string> = {};

  async function find(specifier: string, folder: string): Promise<string | null> {
    const target = specifier.startsWith(".") ? resolvePath(folder, specifier) : await resolve(specifier, folder);
    for (const extension of target === null ? [] : EXTENSIONS) {
      const path = target + extension;
      if (!/\.(tsx?|vue)$/.test(path)) continue;
      if (path in files) return path;
      const content = await readFile(path);
      if (content === null) continue;
      // Set before its own imports are read, since they may lead back here.
      files[path] = content;
      files[path] = await follow({ path, content });
      return path;
    }
    return null;
  }

  /** Reads a file's imports and returns its content with relative imports. */
  async function follow({ path, content }: Source): Promise<string> {
    const folder = folderOf(path);
    let result = content;
    for (const [whole, start = "", quote = "", specifier = ""] of content.matchAll(IMPORT)) {
      const found = await find(specifier, folder);
      if (found === null || specifier.startsWith(".")) continue;
      // An import of a package's values stays, since its declarations are no module of the app.
      if (found.includes("/node_modules/") && !/^(import|export)\s+type\b/.test(start)) continue;
      result = result.replace(whole, `${start}${quote}${relativePath(folder, found).replace(/\.tsx?$/, "")}${quote}`);
    }
    return result;
  }

  const sources: Source[] = [];
  for (const component of components) {
    const isTyped = TYPED_MACRO.test(component.content);
    sources.push({ path: component.path, content: isTyped ? await follow(component) : component.content });
  }
  return { sources, files };
}
