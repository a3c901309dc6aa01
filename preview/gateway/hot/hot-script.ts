import { evaluationPart } from "./evaluation.ts";
import { frameworksPart } from "./frameworks.ts";
import { graphPart } from "./graph.ts";
import { laterPart } from "./later.ts";
import { packageChunksPart } from "./package-chunks.ts";
import { packagesPart } from "./packages.ts";
import { sectionsPart } from "./sections.ts";

/**
 * Returns the script that a page loads to apply a newer build. It evaluates the changed modules next to the page's
 * unchanged ones, and makes the framework show the newer components.
 * @returns a module that exports `takeScript(from, to, read)`, which returns whether the page shows the newer build
 */
export function hotScript(): string {
  return `
const hot = window.__edgesmithHot;
hot.olderThan = new WeakMap();
${sectionsPart()}${graphPart()}${frameworksPart()}${packageChunksPart()}${packagesPart()}${evaluationPart()}${laterPart()}
/** The scripts of packages that modules need, of which one may name what another uses. */
const packagesOf = (modules) => {
  const addresses = modules.flatMap(({ imports, uses = [] }) => [...imports, ...uses.values()].map(({ address }) => address));
  return new Set(addresses.filter((address) => address !== undefined && !isChunk(address)));
};
const laterPackagesOf = (modules) => modules.flatMap(({ later }) => later).filter((address) => !isChunk(address));

/** The components among the modules' variables, each with the one that may be mounted. */
const mountedOf = ({ modules, reached }, isComponent) =>
  modules.filter(({ path, file }) => file && current.modules.has(path) && where.has(path)).flatMap((module) => {
    const before = valuesIn(module.path);
    const names = [...module.names].filter((name) => current.modules.get(module.path).names.has(name) && isComponent(name, module));
    return names.map((name) => ({ name, module, older: before(name), hooks: hooksOf(before(name), before), isReached: reached.has(module.path) }));
  });

/** Loads the style sheets that scripts of the newer build have whose older ones the page has imported later. */
const loadStyles = (fresh) => {
  const opened = new Set([...hot.opened].map((address) => identities.get(address)));
  const addresses = [...fresh.scripts.keys()].filter((address) => opened.has(identityOf(fresh, address)));
  return Promise.all(addresses.map((address) => hot.styles(address)));
};

const takeGraph = async (to, read) => {
  const fresh = await readGraph(to, read);
  noteLoaded(original);
  const isComponent = (name, module) => {
    const value = valuesIn(module.path)(name);
    return value === undefined || isComponentOf(value, name, module);
  };
  const plan = planUpdate(current, fresh, { isComponent, isPresent: (path) => where.has(path) });
  if (plan.effects.length > 0) throw new Error("More than declarations would be evaluated again: " + plan.effects.join(", "));
  // A package that is imported later would be a second instance of one that the page has.
  const unknown = laterPackagesOf(plan.modules).find((address) => !hot.scopes.has(address) && !isFirst(address));
  if (unknown !== undefined) throw new Error("A changed module imports a package later: " + unknown);
  await linkPackages(packagesOf(plan.modules), packagesOf([...liveModules(fresh, (path) => where.has(path))]), first, read);
  await loadStyles(fresh);
  const mounted = mountedOf(plan, (name, module) => isComponentOf(valuesIn(module.path)(name), name, module));
  evaluateModules(fresh, plan.modules);
  const isShown = plan.modules.length === 0 || showNewer(mounted);
  current = fresh;
  for (const address of fresh.scripts.keys()) identities.set(address, identityOf(fresh, address));
  hot.load = (address) => loadLater(address, read);
  return isShown;
};

/** Whether the framework shows the newer components. */
const showNewer = (mounted) => {
  const pairs = [];
  const done = new Set();
  for (const { name, module, older, hooks, isReached } of mounted) {
    const after = valuesIn(module.path);
    const newer = after(name);
    if (done.has(older) || newer === older) continue;
    done.add(older);
    // A component that is gone, or has become something else, may still be mounted.
    if (!isComponentOf(newer, name, module)) throw new Error(name + " is no component any more.");
    pairs.push({ older, newer, isReset: hooksOf(newer, after) !== hooks, isReached });
  }
  return refresh(pairs);
};

export async function takeScript(from, to, read) {
  if (original === null) await begin(from, read);
  return inTurn(async () => {
    // Scripts that are on their way belong to the build that the page shows.
    await Promise.allSettled(hot.loading);
    return takeGraph(to, read);
  });
}
`;
}
