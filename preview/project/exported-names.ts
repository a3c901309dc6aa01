/** An export: its name in the module, and the name that an importer gives it. */
type Exported = { name: string; local: string };

const DECLARATION = /^\s*export\s+(?:declare\s+)?(?:async\s+)?(?:const|let|var|function\*?|class|enum)\s+([\w$]+)/gm;
const LIST = /^\s*export\s*\{([^}]*)\}/gm;

/** Finds the values that a module exports, as unimport scans a folder; a default export has the name of its file. */
export function exportedNames(code: string, path: string): Exported[] {
  const declared = [...code.matchAll(DECLARATION)].map(([, name = ""]) => name);
  const listed = [...code.matchAll(LIST)].flatMap(([, list = ""]) =>
    list.split(",").flatMap((part) => {
      const [, name] = /^\s*(?!type\s)(?:[\w$]+\s+as\s+)?([\w$]+)\s*$/.exec(part) ?? [];
      return name === undefined || name === "default" ? [] : [name];
    }),
  );
  const hasDefault = /^\s*export\s+default\b/m.test(code) || /\bas\s+default\b/.test(code);
  const names = [...new Set([...declared, ...listed])].map((name) => ({ name, local: name }));
  return hasDefault ? [...names, { name: "default", local: fileName(path) }] : names;
}

/** `use-user.ts` becomes `useUser`, and an index has the name of its folder. */
function fileName(path: string): string {
  const parts = path.replace(/\.\w+$/, "").split("/");
  const name = parts.at(-1) === "index" ? (parts.at(-2) ?? "index") : (parts.at(-1) ?? "");
  return name.replace(/[-_.\s]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
