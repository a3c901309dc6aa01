/** Vue's compiler in its isolate, as Vite's plugin for Vue drives it. */
export const VUE_ENTRY = String.raw`
import { createHash } from "node:crypto";
import { compileScript, compileStyle, compileTemplate, parse, rewriteDefault } from "@vue/compiler-sfc";

const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8);
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);

/** Vue's messages end with the lines around the place and a row of carets below. */
function placeInFrame(message) {
  const lines = message.split("\n");
  const carets = lines.findIndex((line) => /^\s*\|\s*\^/.test(line));
  const number = carets < 1 ? null : /^(\d+)\s*\|/.exec(lines[carets - 1]);
  if (number === null) return { line: 1, column: 1 };
  const prefix = lines[carets].indexOf("|") + 3;
  return { line: Number(number[1]), column: Math.max(1, lines[carets].indexOf("^") - prefix + 1) };
}

function diagnosticOf(path, error, severity = "error") {
  const text = typeof error === "string" ? error : error.message ?? String(error);
  const place = error.loc?.start ? { line: error.loc.start.line, column: error.loc.start.column } : placeInFrame(text);
  const message = text.replace(/^\[@?vue\/compiler-sfc\]\s*/, "").split(/\n\n|\n\d+\s*\|/)[0].trim();
  return { path, ...place, severity, message };
}

function unsupported({ path, descriptor }) {
  const { template } = descriptor;
  if (!template?.lang || template.lang === "html") return [];
  const { line, column } = template.loc.start;
  const message = 'Templates in "' + template.lang + '" are not supported. Write the template in HTML.';
  return [{ path, line, column, severity: "error", message }];
}

/** Vue evaluates constants of larger static parts of a template by functions that it makes of strings, which an isolate refuses. */
const isRefused = (error) => /code generation from strings/i.test(error?.message ?? "");

/** Puts the content of a linked template into its place. Its lines count from the file's own beginning. */
function withLinked({ descriptor, path, placePath }, linked) {
  const { template } = descriptor;
  const isLinked = !!template?.src && linked !== undefined;
  if (!isLinked) return { templatePath: path, placePath };
  if (linked.content === null) {
    const { line, column } = template.loc.start;
    const message = 'Cannot find "' + linked.src + '", the file of this template. Add it, or correct its path.';
    return { templatePath: path, placePath, lost: { path, line, column, severity: "error", message } };
  }
  const start = { offset: 0, line: 1, column: 1 };
  Object.assign(template, { content: linked.content, ast: undefined, loc: { ...template.loc, start } });
  const above = path.slice(0, path.length - placePath.length);
  return { templatePath: linked.path, placePath: linked.path.startsWith(above) ? linked.path.slice(above.length) : placePath };
}

function templateOptions({ path, descriptor, id, production, lang, hoistStatic, assetUrls }) {
  return {
    transformAssetUrls: assetUrls,
    filename: path,
    id,
    scoped: descriptor.styles.some((style) => style.scoped),
    slotted: descriptor.slotted,
    isProd: production,
    compilerOptions: {
      ...(hoistStatic === false ? { hoistStatic } : {}),
      scopeId: descriptor.styles.some((style) => style.scoped) ? "data-v-" + id : undefined,
      expressionPlugins: /^tsx?$/.test(lang) ? ["typescript"] : undefined,
    },
  };
}

function scriptOf(component, files) {
  const { descriptor, id, production } = component;
  if (descriptor.script?.src) {
    const src = JSON.stringify(descriptor.script.src);
    return { content: "import _sfc_main from " + src + ";\nexport * from " + src + ";", bindings: undefined, deps: [] };
  }
  if (!descriptor.script && !descriptor.scriptSetup) return { content: "const _sfc_main = {};", bindings: undefined, deps: [] };
  const script = compileScript(descriptor, {
    id,
    isProd: production,
    inlineTemplate: isInlined(component),
    genDefaultAs: "_sfc_main",
    sourceMap: false,
    templateOptions: templateOptions(component),
    fs: {
      fileExists: (path) => path in files,
      readFile: (path) => files[path],
      realpath: (path) => path,
    },
  });
  return { content: named(script.content, component.lang), bindings: script.bindings, deps: [...(script.deps ?? [])] };
}

/** Vue before 3.2.46 has no option for the name of the default export. */
function named(content, lang) {
  if (/\b(const|let|var) _sfc_main\b|\b_sfc_main\s*=/.test(content)) return content;
  const plugins = [...(/^tsx?$/.test(lang) ? ["typescript"] : []), ...(/x$/.test(lang) ? ["jsx"] : [])];
  return rewriteDefault(content, "_sfc_main", plugins);
}

const isInlined = ({ production, descriptor }) => production && !!descriptor.scriptSetup && !descriptor.template?.src;

/**
 * Writes onto each element of a template where it stands in the component. The places of Vue before 3.4 count from the
 * template.
 */
function placing({ placePath, descriptor, production }) {
  if (production) return [];
  const { template } = descriptor;
  const isOfComponent = typeof template.ast?.source === "string";
  return [
    (node) => {
      if (node.type !== 1 || node.tagType !== 0 || node.props.some(({ name }) => name === "data-edgesmith-at")) return;
      const { line, column } = node.loc.start;
      const content = placePath + ":" + (isOfComponent ? line : line + template.loc.start.line - 1) + ":" + column;
      const text = { type: 2, content, loc: node.loc };
      node.props.push({ type: 6, name: "data-edgesmith-at", nameLoc: node.loc, value: text, loc: node.loc });
    },
  ];
}

function renderOf(component, bindings) {
  const { descriptor } = component;
  const { template } = descriptor;
  if (!template || isInlined(component)) return { code: "", errors: [] };
  const options = templateOptions(component);
  const { code, errors } = compileTemplate({
    ...options,
    source: template.content,
    ast: template.ast,
    sourceMap: false,
    compilerOptions: { ...options.compilerOptions, bindingMetadata: bindings, nodeTransforms: placing(component) },
  });
  return { code: code.replace(/^export function render\b/m, "function _sfc_render"), errors };
}

function stylesOf({ path, descriptor }) {
  return descriptor.styles.map((style, index) => {
    const module = style.module ? (style.module === true ? "$style" : style.module) : null;
    const lang = style.lang ?? "css";
    const query = "?vue&type=style&index=" + index + "&lang." + (module ? "module." : "") + lang;
    const specifier = "./" + nameOf(path) + query;
    return { content: style.content, lang, scoped: !!style.scoped, module, specifier, src: style.src ?? null };
  });
}

function assemble(component, script, render, styles) {
  const { path, descriptor, id, production } = component;
  const lines = [script.content, render];
  const properties = [];
  if (render) properties.push("_sfc_main.render = _sfc_render;");
  if (styles.some((style) => style.scoped)) properties.push("_sfc_main.__scopeId = " + JSON.stringify("data-v-" + id) + ";");
  if (!production) {
    properties.push("_sfc_main.__file = " + JSON.stringify(path) + ";");
    // Vue's runtime of hot updates names components by the one; the other tells whether only the template has changed.
    properties.push("_sfc_main.__hmrId = " + JSON.stringify(id) + ";", "_sfc_main.__hmrScript = " + JSON.stringify(hashOf(script.content)) + ";");
  }
  if (styles.some((style) => style.module)) properties.push("_sfc_main.__cssModules = {};");
  styles.forEach(({ specifier, module }, index) => {
    const source = JSON.stringify(specifier);
    lines.push(module ? "import _sfc_style_" + index + " from " + source + ";" : "import " + source + ";");
    if (module) properties.push("_sfc_main.__cssModules[" + JSON.stringify(module) + "] = _sfc_style_" + index + ";");
  });
  // A value of a type that does not know these properties, where the script is TypeScript.
  const typed = /^tsx?$/.test(component.lang) ? properties.map((line) => line.replace("_sfc_main", "(_sfc_main as any)")) : properties;
  return [...lines, ...typed, "export default _sfc_main;"].filter(Boolean).join("\n") + "\n";
}

function compileComponent(source, request, hoistStatic = true) {
  const { path, content, linked } = source;
  const { files, production, assetUrls } = request;
  // Vue caches the parsed template by these options, and a refused one is half transformed.
  const { descriptor, errors } = parse(content, { filename: path, sourceMap: false, sourceRoot: hoistStatic ? "" : "/" });
  const { templatePath, placePath, lost } = withLinked({ descriptor, ...source }, linked);
  const id = hashOf(production ? path + "\n" + content : path);
  const lang = descriptor.scriptSetup?.lang ?? descriptor.script?.lang ?? "js";
  const component = { path, placePath, descriptor, id, production, lang, hoistStatic, assetUrls };
  const styles = stylesOf(component);
  const output = { code: "", lang, id, styles, dependencies: [], diagnostics: errors.map((error) => diagnosticOf(path, error)) };
  output.diagnostics.push(...unsupported(component), ...(lost ? [lost] : []));
  if (output.diagnostics.length > 0) return output;
  try {
    const script = scriptOf(component, files);
    const render = renderOf(component, script.bindings);
    output.diagnostics = render.errors.map((error) => diagnosticOf(templatePath, error));
    output.dependencies = [...script.deps, ...(templatePath === path ? [] : [templatePath])];
    if (render.errors.length === 0) output.code = assemble(component, script, render.code, styles);
  } catch (error) {
    if (hoistStatic && isRefused(error)) return compileComponent(source, request, false);
    output.diagnostics = [diagnosticOf(path, error)];
  }
  return output;
}

function compileComponentStyle({ path, id, css, scoped }, production) {
  const { code, errors } = compileStyle({ source: css, filename: path, id: "data-v-" + id, scoped, isProd: production });
  const diagnostics = errors.map((error) => ({
    path,
    line: error.line ?? 1,
    column: error.column ?? 1,
    severity: "error",
    message: error.reason ?? error.message,
  }));
  return { css: code, diagnostics };
}

export function run(request) {
  const { production } = request;
  if (request.task === "styles") return request.styles.map((style) => compileComponentStyle(style, production));
  return request.components.map((component) => compileComponent(component, request));
}`;
