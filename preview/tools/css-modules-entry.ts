/**
 * The entry of the isolate that names the classes of CSS modules (css-modules.ts) as Vite does, by postcss-modules with the
 * options of vite.config. `PREPARED`, `CONFIG` and `SHIMS` stand for statements and paths of the configuration.
 */
export const CSS_MODULES_ENTRY = `
import pluginsOf from "SHIMS/plugins.cjs";
import postcss from "postcss";
import cssModules from "postcss-modules";
import genericNames from "generic-names";

// Patterns hash by WebAssembly, which an isolate may compile only while it starts.
for (const hash of ["xxhash64", "md4"]) genericNames("[" + hash + ":hash]", { context: "/" })("start", "/start.css");

const MAX_CHARACTERS = 8 * 2 ** 20;

/** Takes texts alone from a function of the configuration: a package that is a stub would return a stub. */
function textOf(value, name) {
  const isText = typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
  if (!isText) throw new Error("css.modules." + name + " returns no text");
  return value;
}

const called = (option, name) => (typeof option === "function" ? (...values) => textOf(option(...values), name) : option);

function diagnosticOf(path, { file, line, column, reason, message }) {
  return { path: file ?? path, line: line ?? 1, column: column ?? 1, severity: "error", message: reason ?? message };
}

/**
 * The project's CSS modules. One that others compose or take values from is compiled once more, without the convention for
 * exports; of two that compose each other, the later one does not yet have the other's names.
 */
class Modules {
  constructor(options, host) {
    Object.assign(this, { options, host, composed: new Map(), characters: 0 });
  }

  async compile(path, id, css) {
    try {
      return { path, diagnostics: [], ...(await this.process(this.options, path, id, css)) };
    } catch (error) {
      return { path, css: "", tokens: {}, imports: [], diagnostics: [diagnosticOf(path, error)] };
    }
  }

  async process(options, path, id, css) {
    const modules = this;
    const imports = [];
    class Loader {
      finalSource = "";
      async fetch(name) {
        const specifier = name.replace(/^["']|["']$/g, "");
        const found = await modules.host.find(specifier, path);
        if (found === null) throw new Error('Cannot find "' + specifier + '", which this CSS module names.');
        imports.push(found.path);
        return modules.tokensOf(found);
      }
    }
    let tokens = {};
    const plugin = cssModules({ ...options, Loader, getJSON: (_, found) => void (tokens = found) });
    const made = await postcss([plugin]).process(css, { from: id, map: false });
    this.characters += made.css.length + JSON.stringify(tokens).length;
    if (this.characters > MAX_CHARACTERS) throw new Error("CSS modules have more than " + MAX_CHARACTERS + " characters.");
    return { css: made.css, tokens, imports };
  }

  async tokensOf({ path, css }) {
    const before = this.composed.get(path);
    if (before !== undefined) return before.tokens;
    this.composed.set(path, { path, tokens: {} });
    const { localsConvention, ...options } = this.options;
    const module = await this.process(options, path, path, css);
    this.composed.set(path, { path, ...module });
    return module.tokens;
  }
}

export async function run(request, host) {
  PREPARED
  const module = await import("CONFIG");
  const exported = module.default ?? module;
  const written = (await (typeof exported === "function" ? exported(request.env) : exported)) ?? {};
  const { config } = await pluginsOf.withConfigHooks(written, request.env);
  const { generateScopedName, localsConvention, scopeBehaviour, globalModulePaths, exportGlobals, hashPrefix } = config.css?.modules || {};
  const options = {
    generateScopedName: called(generateScopedName, "generateScopedName"),
    localsConvention: called(localsConvention, "localsConvention"),
    scopeBehaviour, globalModulePaths, exportGlobals, hashPrefix,
  };
  const modules = new Modules(options, host);
  const sheets = [];
  for (const { path, id, css } of request.sheets) sheets.push(await modules.compile(path, id, css));
  const paths = new Set(sheets.map(({ path }) => path));
  const composed = [...modules.composed.values()].filter(({ path }) => !paths.has(path));
  return { sheets, composed: composed.map(({ path, css = "" }) => ({ path, css })) };
}
`;
