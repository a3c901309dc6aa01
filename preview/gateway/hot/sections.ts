import { LOAD } from "./page-part.ts";

/**
 * Returns the part of the hot script that reads an app script in esbuild's output format: a module's path in a comment,
 * followed by its code, whose statements begin in the first column.
 * @returns JavaScript that declares `readBundle(text)`, `hasEffects(module)` and the patterns of a script's lines
 */
export function sectionsPart(): string {
  const load = LOAD.replaceAll("$", "\\$");
  return String.raw`
const SECTION = /^\/\/ (\S+)$/;
const IMPORT = /^import\s+(?:\{([^}]*)\}\s*from\s*)?"([^"\n]+)";?$/gm;
const EXPORT = /^export\s+\{([^}]*)\};?$/gm;
/** What a script imports later: of its own build by the page's function, of packages by import(). */
const LATER = /(?:${load}|\bimport)\(\s*"(\/[^"\n]+\.js)"\)/g;
/** Identifiers except property names after a dot. */
const IDENTIFIER = /(?<!(?:^|[^.])\.)(?<![\w$])[A-Za-z_$][\w$]*/g;

/** A text such as an element's id, which is no use of a variable of that name. Between two texts there is always a space or a sign. */
const PLAIN_TEXT = /"[#.]?[\w-]+"/g;
const wordsIn = (code) => new Set(code.replace(PLAIN_TEXT, '""').match(IDENTIFIER));

/** The lines that the build adds to a script. */
const ADDED = /\n?(?:function ${load}\([^\n]*\n)?globalThis\.__edgesmithHot\?\.enter[^\n]*\n/;
const withoutAddedLines = (text) => text.replace(ADDED, "\n");
const boundIn = (clause) => clause.split(",").map((part) => part.trim().split(/\s+as\s+/)).filter(([name]) => name).map(([name, other = name]) => [name, other]);

/** A module's code without the hashes of the packages that it imports: an import that is new anywhere in the app changes those of others. */
const meaningOf = (code) => code.replace(IMPORT, (statement) => statement.replace(/-[0-9A-Z]+\.js"/, '.js"'));

/**
 * The modules of a script by their paths, the names that it exports, and the scripts that it imports. The helpers before the first module
 * have the path "".
 */
const readBundle = (text) => {
  const exported = new Map();
  const body = withoutAddedLines(text).replace(EXPORT, (statement, clause) => {
    for (const [local, name] of boundIn(clause)) exported.set(name, local);
    return "\n".repeat(statement.split("\n").length - 1);
  });
  const lines = body.split("\n");
  const sections = new Map([["", []]]);
  let path = "";
  lines.forEach((line, index) => {
    const found = SECTION.exec(line);
    if (found) path = found[1];
    if (!sections.has(path)) sections.set(path, []);
    if (!found && !line.startsWith("//# ")) sections.get(path).push(index);
  });
  const modules = new Map();
  for (const [name, indexes] of sections) {
    const code = indexes.map((index) => lines[index]).join("\n");
    modules.set(name, { path: name, indexes, code, meaning: meaningOf(code), words: wordsIn(code), ...namesOf(code) });
  }
  const owners = new Map();
  for (const kind of ["maybe", "names"]) for (const module of modules.values()) for (const name of module[kind]) owners.set(name, module.path);
  const imports = [...modules.values()].flatMap((module) => module.imports);
  return { lines, modules, owners, imports, exported, last: path };
};

/** The names that a module declares, those that it may declare, which has too many rather than too few, and its imports. */
const namesOf = (code) => {
  const names = new Set();
  const maybe = new Set();
  const imports = [...code.matchAll(IMPORT)].map(([, clause = "", address]) => ({ address, bound: boundIn(clause).map(([name, local]) => ({ name, local })) }));
  let isDestructured = false;
  for (const line of code.split("\n")) {
    const own = /^(?:async )?(?:function\*?|class) ([\w$]+)|^(?:var|let|const) ([\w$]+)/.exec(line);
    if (own) names.add(own[1] || own[2]);
    if (/^(?:var|let|const) [{[]/.test(line)) isDestructured = true;
    if (isDestructured) for (const name of line.match(IDENTIFIER) || []) maybe.add(name);
    if (/;$/.test(line)) isDestructured = false;
    if (!/^(?:var|let|const) |^[})\]]+, /.test(line)) continue;
    for (const [, name] of line.matchAll(/, (?!(?:true|false|null|this)\b)([A-Za-z_$][\w$]*)(?= = |[,;])/g)) maybe.add(name);
  }
  const later = [...code.matchAll(LATER)].map(([, address]) => address);
  return { names, maybe, imports, later };
};

/** Whether evaluating a module again could do something twice: it has a statement that declares nothing, or makes a root. */
const hasEffects = ({ code, names, isOfSvelte = /^[\w$]+\.__hmrTake = /m.test(code) }) => code.replaceAll(IMPORT, "").split("\n").some((line) => {
  if (!/^[^\s})\]/]/.test(line)) return false;
  if (/^(?:var|let|const|class|function|async function)\b/.test(line))
    return /^\w+ [\w$]+ = .*\b(?:createRoot|hydrateRoot|createApp|createSSRApp|setInterval|addEventListener)\d*\(/.test(line);
  // Around a component, Svelte writes its name, its exchange, and the events that it listens to, of which each is listened to once.
  if (isOfSvelte && /^(?:[\w$]+\[(?:[\w$]+\.)?FILENAME\d*\] = "|[\w$]+ = (?:[\w$]+\.)?hmr\d*\(|(?:[\w$]+\.)?delegate\d*\(\[)/.test(line)) return false;
  const assigned = /^([\w$]+)\.[\w$.]+ = /.exec(line) || /^__export\d*\(([\w$]+), \{/.exec(line);
  // The constants of the build are set once, by the first module that asks.
  return !(assigned && names.has(assigned[1])) && !/^"use \w+";$|^init_define_[\w$]+\(\);$/.test(line) && !/^\x60/.test(line);
});
`;
}
