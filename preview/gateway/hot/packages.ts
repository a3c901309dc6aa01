/**
 * Returns the part of the hot script that links changed modules of the app to the packages that they import. A new
 * import in the app makes the bundler write different package scripts, whose modules would be second instances of the
 * page's. The hot script instead evaluates only the statements that the page lacks: those of an existing module in its
 * scope in the page, and new modules in a scope of their own.
 * @returns JavaScript that declares `linkPackages(addresses, all, first, read)`
 */
export function packagesPart(): string {
  return String.raw`
/** The modules of packages in the page by path, each with its statements. */
const packageModules = new Map();
/** The paths of modules that are in no script of the page's own build. */
const packagesBeside = [];

const scopeAt = (place) => (typeof place === "string" ? hot.scopes.get(place) : place);
const valueOf = ({ place, name }) => scopeAt(place)(name);

/** Takes a module's statement into those of the page. A variable is where it was evaluated: a script's address, or a function that evaluates. */
const addStatement = ({ path, key, names }, place) => {
  const module = packageModules.get(path) || { place, statements: new Map(), loose: new Map(), names: new Set() };
  packageModules.set(path, module);
  if (module.statements.has(key)) return;
  module.statements.set(key, names.map((name) => ({ place, name })));
  for (const name of names) module.names.add(name);
  const loose = looseOf(key);
  module.loose.set(loose, [...(module.loose.get(loose) || []), key]);
};

/** The variables of a statement that the page has under these names, or under others with the same meaning; undefined without it. */
const variablesOf = ({ path, key }, chunk) => {
  const module = packageModules.get(path);
  if (module === undefined || module.statements.has(key)) return module && module.statements.get(key);
  const loose = looseOf(key);
  const keys = module.loose.get(loose) || [];
  if (keys.length === 0) return undefined;
  const alike = new Set(chunk.statements.filter((other) => other.path === path && looseOf(other.key) === loose).map((other) => other.key));
  if (keys.length > 1 || alike.size > 1) throw new Error("Two statements of " + path + " are told apart by a number alone.");
  return module.statements.get(keys[0]);
};

/** Refuses a module of which the page has another version: a variable of it is declared otherwise. */
const refuseOtherVersion = ({ path, key, names }) => {
  const module = packageModules.get(path);
  if (module === undefined || module.statements.has(key) || module.loose.has(looseOf(key))) return;
  if (names.some((name) => module.names.has(name))) throw new Error("The page has another version of " + path + ".");
};

/** Has the scripts evaluated whose variables are needed: one that is imported later may not have been yet. */
const loadScopes = (variables) =>
  Promise.all([...new Set([...variables].map(({ place }) => place))].map((place) => typeof place !== "string" || hot.scopes.has(place) || import(place)));

const ending = "\n;(code) => eval(code);";

/**
 * Evaluates code in a scope in which variables of other scopes are as they are at any moment.
 * @param variables by the names that the code has for them
 * @param read returns the value of one of them
 */
const evaluateAmong = (code, variables, read) => {
  const others = new Proxy({}, { has: (_, name) => variables.has(name), get: (_, name) => variables.has(name) ? read(variables.get(name)) : undefined });
  return new Function("others", "code", "with (others) { return (function () { 'use strict'; return eval(arguments[0]); })(code); }")(others, code);
};

/** Whether a variable may be changed after its declaration. */
const isReassigned = ({ name }, codes) => {
  const written = name.replaceAll("$", "\\$&");
  const change = new RegExp("(?<![\\w$.])(?<!(?:var|let|const) )" + written + "\\s*(?:[-+*/%&|^?<>]*=(?![=>])|\\+\\+|--)|(?:\\+\\+|--)" + written + "(?![\\w$])");
  return codes.some((code) => change.test(code));
};

/** Evaluates further statements of modules in their scope, in which the variables of other scopes are constants. */
const evaluateInside = (place, code, variables, chunks) => {
  const codes = [...chunks.values()].flatMap((chunk) => chunk.statements.map((statement) => statement.code));
  hot.bound = {};
  for (const [name, variable] of variables) {
    if (variable.place === place && variable.name === name) continue;
    const value = valueOf(variable);
    if (value === undefined || isReassigned(variable, codes)) throw new Error("The variable " + name + " has to be that of another scope.");
    hot.bound[name] = value;
  }
  return scopeAt(place)("const { " + Object.keys(hot.bound).join(", ") + " } = globalThis.__edgesmithHot.bound;\n" + code + ending);
};

/** Evaluates the statements of a script that the page lacks, and adds their variables to those of the script. */
const evaluateMissing = async (chunk, missing, variables, chunks) => {
  const groups = new Map();
  for (const statement of missing) {
    if (/\bimport\(/.test(statement.code)) throw new Error("A package imports a script later.");
    const place = packageModules.get(statement.path)?.place ?? null;
    groups.set(place, [...(groups.get(place) || []), statement]);
  }
  for (const [place, statements] of groups) {
    const code = statements.map((statement) => statement.code).join("\n");
    const own = new Set(statements.flatMap(({ names }) => names));
    const used = new Set((code.match(IDENTIFIER) || []).filter((name) => !own.has(name)));
    const needed = new Map([...variables].filter(([name]) => used.has(name)));
    await loadScopes(needed.values());
    if (place !== null) await loadScopes([{ place }]);
    if (place === null) packagesBeside.push(...statements.map(({ path }) => path));
    const evaluated = place === null ? evaluateAmong(code + ending, variables, valueOf) : evaluateInside(place, code, needed, chunks);
    for (const statement of statements) {
      addStatement(statement, evaluated);
      for (const name of statement.names) variables.set(name, { place: evaluated, name });
    }
  }
};

/**
 * Puts the exports of packages' scripts into hot.modules. A script that the page has loaded is itself; of others the page gets the
 * statements that it lacks.
 * @param all the addresses that any module of the newer build imports, whose versions have to be those of the page
 * @param first the addresses of scripts that the page's own scripts import, at once or later
 */
const linkPackages = async (addresses, all, first, read) => {
  const isOwn = (address) => hot.scopes.has(address) || (first.has(address) && packagesBeside.length === 0);
  const unknown = [...all].filter((address) => hot.modules[address] === undefined && !isOwn(address));
  if (unknown.length > 0 && packageModules.size === 0) {
    for (const [address, { statements }] of await readChunks(first, read, true))
      for (const statement of statements) addStatement(statement, address);
  }
  for (const { statements } of (await readChunks(unknown, read, false)).values()) statements.forEach(refuseOtherVersion);
  const missing = [...addresses].filter((address) => hot.modules[address] === undefined);
  for (const address of missing.filter(isOwn)) hot.modules[address] = await import(address);
  const fresh = missing.filter((address) => hot.modules[address] === undefined);
  const chunks = await readChunks(fresh, read, false);
  const exportsOf = new Map();
  for (const [address, chunk] of chunks) {
    const variables = new Map([...chunk.imports].map(([local, one]) => [local, exportsOf.get(one.address).get(one.name)]));
    const lacking = [];
    for (const statement of chunk.statements) {
      const found = variablesOf(statement, chunk);
      if (found === undefined) lacking.push(statement);
      else statement.names.forEach((name, place) => variables.set(name, found[place]));
    }
    await evaluateMissing(chunk, lacking, variables, chunks);
    exportsOf.set(address, new Map([...chunk.exported].map(([name, local]) => [name, variables.get(local)])));
  }
  for (const address of fresh) {
    const exported = exportsOf.get(address);
    await loadScopes(exported.values());
    hot.modules[address] = Object.fromEntries([...exported].map(([name, variable]) => [name, valueOf(variable)]));
  }
};
`;
}
