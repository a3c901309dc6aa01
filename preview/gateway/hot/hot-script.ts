import { frameworksPart } from "./frameworks.ts";
import { sectionsPart } from "./sections.ts";

/**
 * Returns the script that a page loads to take the modules of a newer build: it evaluates the changed ones in the scope of the
 * page's script, in which all others stay as they are, and has the framework show the newer components.
 * @returns a module that exports `takeScript(from, to, read)`, which answers whether the page shows the newer build
 */
export function hotScript(): string {
  return String.raw`
const hot = window.__edgesmithHot;
hot.olderThan = new WeakMap();
${sectionsPart()}${frameworksPart()}
const stemOf = (address) => address.replace(/-[0-9A-Z]+\.js$/, "");

/** Whether two builds of a package's module export the same instances. */
const isSameInstance = (older, newer) => Object.keys(older).every((name) => name === "__namespace" || !(name in newer) || older[name] === newer[name]);

/**
 * Loads the packages that the chosen modules import; false if that would create a second instance of one. Nothing is loaded where
 * the page has all of them with all the names: an import that is new anywhere in the app changes the addresses of others.
 */
const loadPackages = async (old, modules) => {
  const known = new Map();
  for (const { imports } of old.modules.values()) for (const { address } of imports) known.set(stemOf(address), address);
  const imports = modules.flatMap((module) => module.imports);
  const owned = new Map();
  for (const { address } of imports) {
    const before = known.get(stemOf(address));
    if (before !== undefined) owned.set(address, hot.modules[before] || (await import(before)));
  }
  if (imports.every(({ address, bound }) => owned.has(address) && bound.every(({ name }) => name in owned.get(address)))) {
    for (const [address, older] of owned) hot.modules[address] = older;
    return true;
  }
  for (const address of new Set(imports.map((one) => one.address))) {
    const newer = await import(address);
    if (owned.has(address) && owned.get(address) !== newer && !isSameInstance(owned.get(address), newer)) return false;
    hot.modules[address] = newer;
  }
  return true;
};

/** The code of the chosen modules in the lines that they have in their bundle, so that places in stacks hold. */
const codeOf = ({ lines }, modules, address) => {
  const kept = new Set(modules.flatMap(({ indexes }) => indexes));
  const text = lines.map((line, index) => (kept.has(index) ? line : "")).join("\n");
  const bound = text.replace(IMPORT, (statement, clause = "", from) => {
    const names = clause.split(",").map((part) => part.trim().replace(/\s+as\s+/, ": ")).filter(Boolean).join(", ");
    const ending = "\n".repeat(statement.split("\n").length - 1);
    return (names === "" ? "" : "const { " + names + " } = globalThis.__edgesmithHot.modules[" + JSON.stringify(from) + "];") + ending;
  });
  const enter = "globalThis.__edgesmithHot.enter(" + JSON.stringify(new URL(address, location.href).href) + ", (code) => eval(code));";
  return bound + "\n" + enter + "\n//# sourceURL=" + address + "\n//# sourceMappingURL=" + address + ".map";
};

export async function takeScript(from, to, read) {
  const evaluate = hot.scopes.get(from);
  if (!evaluate) return false;
  const [old, fresh] = (await Promise.all([read(from), read(to)])).map(readBundle);
  const valueIn = (scope) => (name) => {
    try { return scope("typeof " + name + ' === "undefined" ? undefined : ' + name); } catch { return undefined; }
  };
  const before = valueIn(evaluate);
  const plan = planUpdate(old, fresh, (name, module) => before(name) === undefined || isComponentOf(before(name), name, module));
  if (plan === null || !(await loadPackages(old, plan.modules))) return false;
  const names = plan.modules.flatMap((module) => [...module.names].map((name) => ({ name, module })));
  const components = names.filter(({ name, module }) => old.owners.get(name) === module.path && isComponentOf(before(name), name, module));
  if (components.some(({ name, module }) => fresh.owners.get(name) !== module.path)) return false;
  const mounted = components.map(({ name, module }) => ({ name, module, older: before(name), hooks: hooksOf(before(name), before) }));
  evaluate(codeOf(fresh, plan.modules, to));
  const after = valueIn(hot.scopes.get(to));
  const pairs = [];
  const done = new Set();
  for (const { name, module, older, hooks } of mounted) {
    const newer = after(name);
    if (done.has(older) || newer === older) continue;
    done.add(older);
    // A component that is gone, or has become something else, may still be mounted.
    if (!isComponentOf(newer, name, module)) return false;
    pairs.push({ older, newer, isReset: hooksOf(newer, after) !== hooks, isReached: plan.reached.has(module.path) });
  }
  return refresh(pairs);
}
`;
}
