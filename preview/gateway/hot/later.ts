/**
 * Returns the part of the hot script that handles lazy imports in a page which shows a newer build: it loads the
 * scripts of that build and evaluates their modules next to the page's.
 * @returns JavaScript that declares `original`, `current`, `identities`, `first`, `isFirst(address)`, `begin(entry,
 *   read)`, `inTurn(work)`, `valuesIn(path)` and `loadLater(address, read)`
 */
export function laterPart(): string {
  return `
/** The scripts of the build with which the page was loaded, and of the one that it shows. */
let original = null;
let current = null;
/** By the addresses of scripts of any build that the page has had: a name that is the same in each build. */
const identities = new Map();
/** The addresses of packages that the page's own build imports, at once or later. */
let first = null;

const isFirst = (address) => first.has(address) && packagesBeside.length === 0;

const begin = async (entry, read) => {
  original = current = await readGraph(entry, read);
  for (const address of original.scripts.keys()) identities.set(address, identityOf(original, address));
  first = new Set([...original.modules.values()].flatMap(({ imports, later }) => [...imports.map(({ address }) => address), ...later]).filter((address) => !isChunk(address)));
};

/** Changes of the page's modules wait for each other. */
let turn = Promise.resolve();
const inTurn = (work) => {
  const done = turn.then(work);
  turn = done.catch(() => undefined);
  return done;
};

/** Returns the values of names in the scope of a module; undefined for those that it does not know, or not yet. */
const valuesIn = (path) => {
  const scope = where.get(path);
  return (name) => {
    try { return scope("typeof " + name + ' === "undefined" ? undefined : ' + name); } catch { return undefined; }
  };
};

const isAsLoaded = ({ address, modules }) =>
  original.scripts.has(address) && [...modules.values()].every(({ path, script }) => !script || !where.has(path) || where.get(path) === hot.scopes.get(address));

/** The namespaces of scripts that were evaluated beside the page's, by their addresses. */
const namespaces = new Map();

const evaluateLater = async (address, read) => {
  if (address === undefined) throw new Error("The page's newer build lacks a script that it imports later.");
  await hot.styles(address);
  noteLoaded(original);
  for (const script of closureOf(current, address)) {
    const missing = [...script.modules.values()].filter((module) => module.script && !where.has(module.path));
    if (missing.length === 0) continue;
    if (closureOf(current, script.address).every(isAsLoaded)) {
      await hot.import(script.address);
      noteLoaded(original);
      continue;
    }
    const packages = packagesOf(missing);
    await linkPackages(packages, packages, first, read);
    evaluateModules(current, missing);
  }
  hot.opened.add(address);
  if (!namespaces.has(address)) namespaces.set(address, namespaceOf(current, address));
  return namespaces.get(address);
};

/** Loads a script of the build that the page shows, by the address that it had in any build of the page. */
const loadLater = (address, read) => {
  const identity = identities.get(address);
  if (identity === undefined) return hot.import(address);
  const newest = current.order.flatMap(({ later }) => later).find((one) => identities.get(one) === identity);
  // Scripts that no newer build has changed need no turn: one of them may wait for another.
  if (newest !== undefined && closureOf(current, newest).every(isAsLoaded)) return hot.import(newest);
  return inTurn(() => evaluateLater(newest, read)).catch((failure) => {
    console.debug("The newer build is shown by a reload:", failure);
    location.reload();
    return new Promise(() => undefined);
  });
};
`;
}
