import { frameworksPart } from "./frameworks.ts";
import { packageChunksPart } from "./package-chunks.ts";
import { packagesPart } from "./packages.ts";
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
${sectionsPart()}${frameworksPart()}${packageChunksPart()}${packagesPart()}
/** The addresses of the packages that the page imported when it was loaded. */
let first = null;

const packagesOf = (modules) => new Set(modules.flatMap(({ imports }) => imports.map(({ address }) => address)));

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
  first ??= new Set([...packagesOf([...old.modules.values()]), ...[...old.modules.values()].flatMap(({ later }) => later)]);
  // A package that is imported later would be a second instance of one that the page has.
  if (plan === null || plan.modules.some(({ later }) => later.some((address) => !hot.scopes.has(address)))) return false;
  await linkPackages(packagesOf(plan.modules), packagesOf([...fresh.modules.values()]), first, read);
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
