/** A read of a variable with nothing in its place; `hasEmptyText`: an empty text is in its place. */
export type VariableRead = { name: string; offset: number; hasEmptyText: boolean };

/** `import.meta.env`, also of a cast `import.meta`: `(import.meta as any).env`. */
const ENV = String.raw`\bimport\.meta(?:\s+as\s[^()]{1,120})?\)?\s*\??\.\s*env\b`;
const MEMBER = String.raw`(?:\s*\??\.\s*([A-Za-z_]\w*)(?!\w)|\s*(?:\?\.)?\[\s*["'\`]([A-Za-z_]\w*)["'\`]\s*\])`;
/** Not followed by another value, by a check, or by a condition. */
const BARE = String.raw`(?!(?:\s+as\s+\w+)?\s*(?:(?:\|\||\?\?)(?!\s*(?:""|''|\`\`))|\?(?!\?)|&&|[!=]==?|\)\s*[{?&|]))`;
const READ = new RegExp(ENV + MEMBER + BARE, "g");
const EMPTY_TEXT = /^(\s+as\s+\w+)?\s*(\|\||\?\?)/;
/** `const { VITE_A, VITE_B: b } = import.meta.env`. */
const TAKEN_APART = new RegExp(String.raw`\{([^{}]*)\}\s*(?::[^=;]{1,80})?=\s*${ENV}(?!\s*(?:\??\.|\[))`, "g");
/** All variables at once, as a function gets them. */
const ALL = new RegExp(String.raw`${ENV}(?!\s*(?:\??\.|\[|=))`);
/** A file with the variables that a library wants: t3-env's `createEnv`, or a schema's `parse`. */
const CHECKS = /\bcreateEnv\s*\(|\.(?:safeP|p)arse\s*\(|\bsafeParse\s*\(|\bparse\s*\(/;
const KEY = /(?<![\w.$])(["']?)([A-Z][A-Z\d]*_\w+)\1\s*:/g;
/** In a schema: the value may be missing. */
const MAY_BE_MISSING = /\b(optional|nullish|default|catch|fallback|or|undefined)\b/i;

/**
 * Finds the reads of variables in a source of pages, in all spellings: `import.meta.env.VITE_A`, `import.meta.env["VITE_A"]`, of a cast
 * `import.meta`, taken apart, and as the keys of a schema that checks `import.meta.env` as a whole, as t3-env does.
 * Reads with another value in place of the variable, with a check and with a condition are left out.
 */
export function readsIn(content: string): VariableRead[] {
  if (!/\bimport\.meta\b/.test(content)) return [];
  return [...membersIn(content), ...takenApartIn(content), ...wantedIn(content)];
}

function membersIn(content: string): VariableRead[] {
  return [...content.matchAll(READ)].map(({ 0: read, 1: plain, 2: quoted, index }) => {
    const hasEmptyText = EMPTY_TEXT.test(content.slice(index + read.length, index + read.length + 40));
    return { name: plain ?? quoted ?? "", offset: index, hasEmptyText };
  });
}

function takenApartIn(content: string): VariableRead[] {
  return [...content.matchAll(TAKEN_APART)].flatMap(({ 1: names = "", index }) =>
    names.split(",").flatMap((part) => {
      const name = /^\s*([A-Za-z_]\w*)\s*(?::\s*\w+\s*)?$/.exec(part)?.[1];
      return name === undefined ? [] : [{ name, offset: index, hasEmptyText: false }];
    }),
  );
}

function wantedIn(content: string): VariableRead[] {
  if (!ALL.test(content) || !CHECKS.test(content)) return [];
  const keys = [...content.matchAll(KEY)];
  return keys.flatMap(({ 0: key, 2: name = "", index }, at) => {
    const value = content.slice(
      index + key.length,
      Math.min(index + key.length + 200, keys[at + 1]?.index ?? Infinity),
    );
    const own = value.split(/\n\s*\}/, 1)[0] ?? "";
    return MAY_BE_MISSING.test(own) ? [] : [{ name, offset: index, hasEmptyText: false }];
  });
}
