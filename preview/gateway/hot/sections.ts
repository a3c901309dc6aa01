/**
 * Returns the part of the hot script that decides which modules of a newer bundle are evaluated. It reads bundles as esbuild
 * prints them: the path of a module in a comment, then its code, whose statements begin in the first column.
 * @returns JavaScript that declares `readBundle(text)`, `planUpdate(old, fresh, isComponent)` and the patterns of a bundle's lines
 */
export function sectionsPart(): string {
  return String.raw`
const SECTION = /^\/\/ (\S+)$/;
const IMPORT = /^import\s+(?:\{([^}]*)\}\s*from\s*)?"([^"\n]+)";?$/gm;
/** Identifiers except property names after a dot. */
const IDENTIFIER = /(?<!(?:^|[^.])\.)(?<![\w$])[A-Za-z_$][\w$]*/g;

const withoutScopeLine = (text) => text.replace(/\n?globalThis\.__edgesmithHot\?\.enter[^\n]*\n/, "\n");

/** A module's code without the hashes of the packages that it imports: an import that is new anywhere in the app changes those of others. */
const meaningOf = (code) => code.replace(IMPORT, (statement) => statement.replace(/-[0-9A-Z]+\.js"/, '.js"'));

/** The modules of a bundle by their paths. The helpers before the first have the path "". */
const readBundle = (text) => {
  const lines = withoutScopeLine(text).split("\n");
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
    modules.set(name, { path: name, indexes, code, meaning: meaningOf(code), words: new Set(code.match(IDENTIFIER)), ...namesOf(code) });
  }
  const owners = new Map();
  for (const { path: owner, names } of modules.values()) for (const name of names) owners.set(name, owner);
  return { lines, modules, owners };
};

/** The names that a module may declare, which has too many rather than too few, and its imports of packages. */
const namesOf = (code) => {
  const names = new Set();
  const bindings = new Set();
  const imports = [];
  for (const [, clause = "", address] of code.matchAll(IMPORT)) {
    const bound = clause.split(",").map((part) => part.trim().split(/\s+as\s+/)).filter(([name]) => name);
    imports.push({ address, bound: bound.map(([name, local = name]) => ({ name, local })) });
    for (const [name, local = name] of bound) bindings.add(local);
  }
  let isDestructured = false;
  for (const line of code.split("\n")) {
    const own = /^(?:async )?(?:function\*?|class) ([\w$]+)|^(?:var|let|const) ([\w$]+)/.exec(line);
    if (own) names.add(own[1] || own[2]);
    if (/^(?:var|let|const) [{[]/.test(line)) isDestructured = true;
    if (isDestructured) for (const name of line.match(IDENTIFIER) || []) names.add(name);
    if (/;$/.test(line)) isDestructured = false;
    if (!/^(?:var|let|const) |^[})\]]+, /.test(line)) continue;
    for (const [, name] of line.matchAll(/, (?!(?:true|false|null|this)\b)([A-Za-z_$][\w$]*)(?= = |[,;])/g)) names.add(name);
  }
  for (const name of bindings) names.add(name);
  const later = [...code.matchAll(/\bimport\(\s*"(\/[^"\n]+\.js)"\)/g)].map(([, address]) => address);
  return { names, bindings, imports, later };
};

/** Whether evaluating a module again could do something twice: it has a statement that declares nothing, or makes a root. */
const hasEffects = ({ code, names }) => code.replaceAll(IMPORT, "").split("\n").some((line) => {
  if (!/^[^\s})\]/]/.test(line)) return false;
  if (/^(?:var|let|const|class|function|async function)\b/.test(line))
    return /^\w+ [\w$]+ = .*\b(?:createRoot|hydrateRoot|createApp|createSSRApp|setInterval|addEventListener)\d*\(/.test(line);
  const assigned = /^([\w$]+)\.[\w$.]+ = /.exec(line);
  return !(assigned && names.has(assigned[1])) && !/^"use \w+";$/.test(line) && !/^\x60/.test(line);
});

/** Whether a script is one of several that import each other, whose addresses all change with one. Those of packages have other names. */
const isSplit = ({ lines }) => lines.some((line) => /(?:\bfrom|\bimport)\s*\(?\s*"[^"\n]*\/chunk-[0-9A-Z]+\.js"/.test(line));

/**
 * Returns the modules to evaluate: the changed ones, and the modules that use a value of theirs other than a component. Null where only a reload is sure to
 * show the newer build.
 */
const planUpdate = (old, fresh, isComponent) => {
  if (isSplit(old) || isSplit(fresh)) return null;
  const own = new Set();
  for (const { path, meaning } of fresh.modules.values()) if (old.modules.get(path)?.meaning !== meaning) own.add(path);
  for (const [name, owner] of fresh.owners) {
    if (!old.owners.has(name) || old.owners.get(name) === owner) continue;
    for (const { path, words } of fresh.modules.values()) if (words.has(name)) own.add(path);
  }
  const chosen = new Set(own);
  const reached = new Set();
  for (const path of chosen) {
    const module = old.modules.get(path);
    if (module === undefined || path === "") continue;
    for (const name of module.names) {
      if (old.owners.get(name) !== path || module.bindings.has(name) || isComponent(name, module)) continue;
      for (const user of fresh.modules.values()) {
        if (user.path === path || !user.words.has(name)) continue;
        chosen.add(user.path);
        reached.add(user.path);
      }
    }
  }
  const modules = [...fresh.modules.values()].filter(({ path }) => chosen.has(path));
  return modules.some((module) => hasEffects(module)) ? null : { modules, own, reached };
};
`;
}
