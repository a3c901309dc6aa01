/**
 * Returns the part of the hot script that reads all scripts of a build and decides which modules of a newer build to
 * evaluate. A module is in one script of each build, and may move to another script in the next.
 * @returns JavaScript that declares `readGraph(entry, read)`, `planUpdate(old, fresh, page)`, `closureOf(graph,
 *   address)`, `variableOf(graph, script, name)` and `exportsOf(graph, address)`
 */
export function graphPart(): string {
  return String.raw`
/** Whether a script is one into which the bundler has split the app. Those of packages have other names. */
const isChunk = (address) => /\/chunk-[0-9A-Z]+\.js$/.test(address);

/** Reads an entry's script and all that it imports from the app, at once or later; the order has each script after those that it imports. */
const readGraph = async (entry, read) => {
  const scripts = new Map();
  const load = async (address) => {
    if (scripts.has(address)) return;
    scripts.set(address, null);
    const script = { address, ...readBundle(await read(address)) };
    script.statics = [...new Set(script.imports.map((one) => one.address))].filter(isChunk);
    script.later = [...new Set([...script.modules.values()].flatMap((module) => module.later))].filter(isChunk);
    script.bound = new Map(script.imports.flatMap((one) => one.bound.map(({ name, local }) => [local, { address: one.address, name }])));
    scripts.set(address, script);
    await Promise.all([...script.statics, ...script.later].map(load));
  };
  await load(entry);
  const graph = { entry, scripts, order: [], modules: new Map(), users: new Map() };
  const begun = new Set();
  const visit = (address) => {
    if (begun.has(address)) return;
    begun.add(address);
    const script = scripts.get(address);
    script.statics.forEach(visit);
    graph.order.push(script);
    script.later.forEach(visit);
  };
  visit(entry);
  for (const script of graph.order) addModules(graph, script);
  for (const module of graph.modules.values()) addUses(graph, module);
  return graph;
};

/** Helpers of the bundler are in many scripts: their code tells them apart. Lines with imports alone are no module. */
const addModules = (graph, script) => {
  for (const module of script.modules.values()) {
    if (module.path === "" && module.code.replace(IMPORT, "").trim() === "") continue;
    const path = module.path || "\0" + module.code.replace(IMPORT, "").trim();
    graph.modules.set(path, Object.assign(module, { path, script, file: module.path }));
  }
};

/** The variable of a name in a script: that of a module of the app, or an export of a package; undefined for any other name. */
const variableOf = (graph, script, name) => {
  const owner = script.owners.get(name);
  if (owner !== undefined) {
    const { path } = script.modules.get(owner);
    return { path, name, key: path + "\0" + name };
  }
  const bound = script.bound.get(name);
  if (bound === undefined) return undefined;
  if (!isChunk(bound.address)) return { ...bound, key: bound.address.replace(/-[0-9A-Z]+\.js$/, "") + "\0" + bound.name };
  const from = graph.scripts.get(bound.address);
  return variableOf(graph, from, from.exported.get(bound.name));
};

/** The variables that a script exports, by their exported names. */
const exportsOf = (graph, address) => {
  const script = graph.scripts.get(address);
  return new Map([...script.exported].map(([name, local]) => [name, variableOf(graph, script, local)]).filter(([, variable]) => variable));
};

/** A name for a script that is imported later, which holds for the next build: its last module, or those that it takes from other scripts. */
const identityOf = (graph, address) => {
  const script = graph.scripts.get(address);
  if (script === undefined) return address.replace(/-[0-9A-Z]+\.js$/, ".js");
  return script.last || [...new Set([...exportsOf(graph, address).values()].map(({ path = "", key }) => path || key))].sort().join();
};

/** Records the variables that a module uses by their names, and names the scripts that it imports later alike in each build. */
const addUses = (graph, module) => {
  const { script } = module;
  module.uses = new Map();
  for (const word of module.words) {
    const variable = variableOf(graph, script, word);
    if (variable === undefined || variable.path === module.path) continue;
    module.uses.set(word, variable);
    if (!graph.users.has(variable.key)) graph.users.set(variable.key, []);
    graph.users.get(variable.key).push(module);
  }
  module.meaning = module.meaning.replace(LATER, (_, address) => "import(" + JSON.stringify(identityOf(graph, address)) + ")");
};

/** The scripts that a script needs at once, with itself, each after those that it imports. */
const closureOf = (graph, address) => {
  const needed = new Set([address]);
  for (const one of needed) for (const other of graph.scripts.get(one).statics) needed.add(other);
  return graph.order.filter((script) => needed.has(script.address));
};

/** The modules of the scripts that the page needs: those of its entry, and of the scripts that it has imported later. */
const liveModules = (graph, isPresent) => {
  const later = graph.order.flatMap((script) => script.later).filter((address) => [...graph.scripts.get(address).modules.values()].some(({ path, file }) => file && isPresent(path)));
  return new Set([graph.entry, ...later].flatMap((address) => closureOf(graph, address)).flatMap((script) => [...script.modules.values()]));
};

const isChanged = (before, module) =>
  before.meaning !== module.meaning || [...module.uses].some(([word, { key }]) => before.uses.get(word)?.key !== key);

/** The modules that import one later and read more of it than components. */
const laterUsers = (graph, path, isComponent) => {
  const entries = graph.order.flatMap((script) => script.later).filter((address) => [...exportsOf(graph, address).values()].some((variable) => variable.path === path && !isComponent(variable.name)));
  return [...graph.modules.values()].filter(({ later }) => later.some((address) => entries.includes(address)));
};

/**
 * Returns the modules to evaluate: the changed ones, and the modules that use a value of theirs other than a component. Where one of them
 * has effects, only a reload is sure to show the newer build.
 * @param isPresent whether the page has evaluated the module of a path
 */
const planUpdate = (old, fresh, { isComponent, isPresent }) => {
  const isKept = (path) => old.modules.has(path) && isPresent(path);
  const live = liveModules(fresh, isPresent);
  const own = new Set();
  for (const module of fresh.modules.values())
    if (isKept(module.path) ? isChanged(old.modules.get(module.path), module) : live.has(module)) own.add(module.path);
  const chosen = new Set(own);
  const reached = new Set();
  for (const path of chosen) {
    const module = old.modules.get(path);
    if (!isKept(path) || !module.file) continue;
    const isOwnComponent = (name) => isComponent(name, module);
    const names = [...module.names, ...module.maybe].filter((name) => !isOwnComponent(name));
    const users = [...names.flatMap((name) => fresh.users.get(path + "\0" + name) || []), ...laterUsers(fresh, path, isOwnComponent)];
    for (const user of users) {
      if (user.path === path || !(live.has(user) || isKept(user.path))) continue;
      chosen.add(user.path);
      reached.add(user.path);
    }
  }
  const modules = fresh.order.flatMap((script) => [...script.modules.values()]).filter(({ path }) => chosen.has(path));
  return { modules, own, reached, effects: modules.filter(hasEffects).map(({ path }) => path) };
};
`;
}
