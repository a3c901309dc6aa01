import { LOAD } from "./page-part.ts";

/**
 * Returns the part of the hot script that evaluates modules of a build in the page. Each module runs in a scope in
 * which other modules' variables are those of the page, in whatever script they were evaluated.
 * @returns JavaScript that declares `where`, `noteLoaded(graph)`, `evaluateModules(graph, modules)` and
 *   `namespaceOf(graph, address)`
 */
export function evaluationPart(): string {
  return String.raw`
/** The scope of each module of the app that the page has evaluated: a function that evaluates code in it. */
const where = new Map();

/** Takes the modules of the scripts that the page has loaded by itself into those that it has. */
const noteLoaded = ({ scripts }) => {
  for (const [address, { modules }] of scripts)
    for (const { path, script } of modules.values()) if (script && hot.scopes.has(address) && !where.has(path)) where.set(path, hot.scopes.get(address));
};

const valueOfVariable = ({ path, name, address }) => (path === undefined ? hot.modules[address][name] : where.get(path)(name));

/** A variable's value if it can be a constant for other modules: it has one, and its module never assigns another. */
const constantOf = ({ modules }, { path, name, address }) => {
  if (path === undefined) return hot.modules[address]?.[name];
  if (!where.has(path) || isReassigned({ name }, [modules.get(path).code])) return undefined;
  try { return where.get(path)(name); } catch { return undefined; }
};

/** The code of modules in the lines that they have in their script, so that places in stacks hold, without its imports. */
const codeOf = ({ lines }, modules) => {
  const kept = new Set(modules.flatMap(({ indexes }) => indexes));
  const text = lines.map((line, index) => (kept.has(index) ? line : "")).join("\n");
  return text.replace(IMPORT, (statement) => "\n".repeat(statement.split("\n").length - 1));
};

const evaluateInScript = (graph, script, modules) => {
  const own = new Set(modules.flatMap(({ names }) => [...names]));
  const variables = new Map();
  hot.bound = { ${LOAD}: (address) => hot.load(address) };
  for (const word of new Set(modules.flatMap(({ words }) => [...words]))) {
    const variable = own.has(word) ? undefined : variableOf(graph, script, word);
    if (variable === undefined) continue;
    variables.set(word, variable);
    const isMaybeOwn = modules.some(({ maybe }) => maybe.has(word));
    const value = isMaybeOwn ? undefined : constantOf(graph, variable);
    if (value !== undefined) hot.bound[word] = value;
  }
  const constants = "const { " + Object.keys(hot.bound).join(", ") + " } = globalThis.__edgesmithHot.bound;";
  const source = "\n//# sourceURL=" + script.address + "\n//# sourceMappingURL=" + script.address + ".map";
  // Looked up at each use: a variable that is not evaluated yet, may get another value, or may be declared by the code itself.
  const scope = evaluateAmong(constants + codeOf(script, modules) + ending + source, variables, valueOfVariable);
  for (const { path } of modules) where.set(path, scope);
};

/** Evaluates modules of a build, those of a script together, each script after those that it imports. */
const evaluateModules = (graph, modules) => {
  for (const script of graph.order) {
    const own = modules.filter((module) => module.script === script);
    if (own.length > 0) evaluateInScript(graph, script, own);
  }
};

/** The exports of a script, as a module's namespace has them. */
const namespaceOf = (graph, address) => {
  const namespace = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const [name, variable] of exportsOf(graph, address)) Object.defineProperty(namespace, name, { enumerable: true, get: () => valueOfVariable(variable) });
  return namespace;
};
`;
}
