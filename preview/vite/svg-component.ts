import { Parser } from "htmlparser2";

/** The parser's time grows with the square of the depth. */
const MAX_DEPTH = 500;

export type SvgFramework = "react" | "preact" | "vue" | "solid";

/** Thrown for a file that is no SVG; the message has the reason. */
export class SvgError extends Error {}

type SvgNode = string | { name: string; attributes: Record<string, string>; children: SvgNode[] };
type SvgElement = Exclude<SvgNode, string>;

/**
 * Returns the source of a module whose default export, and `ReactComponent`, is a component that renders an SVG. Like
 * SVGR's it keeps the size and the view box, and the component's props override the attributes of the root.
 *
 * @throws SvgError when the text has no `<svg>`, or is nested too deeply
 */
export function svgComponent(svg: string, framework: SvgFramework): string {
  const root = parseSvg(svg);
  switch (framework) {
    case "react":
      return reactComponent(root);
    case "preact":
      return elementComponent(root, 'import { h } from "preact";', "(props) => h", "props");
    case "vue":
      return vueComponent(root);
    case "solid":
      return solidComponent(root);
  }
}

function reactComponent(root: SvgElement): string {
  const render = (node: SvgNode, props = ""): string => {
    if (typeof node === "string") return JSON.stringify(node);
    const attributes = Object.entries(node.attributes).flatMap(([name, value]) => reactAttribute(name, value));
    const object = `{ ${[...attributes, ...(props === "" ? [] : [`...${props}`])].join(", ")} }`;
    return `createElement(${[JSON.stringify(node.name), object, ...node.children.map((child) => render(child))].join(", ")})`;
  };
  const imports = 'import { createElement } from "react";';
  return exported(`${imports}\nconst SvgComponent = (props) => ${render(root, "props")};\n`);
}

function elementComponent(root: SvgElement, imports: string, head: string, props: string): string {
  const [attributes, children] = plainArguments(root);
  return exported(`${imports}\nconst SvgComponent = ${head}("svg", { ...${attributes}, ...${props} }${children});\n`);
}

function vueComponent(root: SvgElement): string {
  const [attributes, children] = plainArguments(root);
  const list = children === "" ? "" : `, [${children.slice(2)}]`;
  return exported(`import { h, mergeProps } from "vue";
const SvgComponent = (_, { attrs }) => h("svg", mergeProps(${attributes}, attrs)${list});
SvgComponent.inheritAttrs = false;
`);
}

function solidComponent(root: SvgElement): string {
  return exported(`import { spread, template } from "solid-js/web";
const make = template(${JSON.stringify(markup(root))});
const SvgComponent = (props) => {
  const element = make();
  spread(element, props, true, true);
  return element;
};
`);
}

const exported = (component: string): string =>
  `${component}export { SvgComponent as ReactComponent };\nexport default SvgComponent;\n`;

/** Writes the attributes and children of an element for an `h` with SVG's own attribute names. */
function plainArguments(root: SvgElement): [attributes: string, children: string] {
  const render = (node: SvgNode): string => {
    if (typeof node === "string") return JSON.stringify(node);
    const children = node.children.length === 0 ? "" : `, [${node.children.map(render).join(", ")}]`;
    return `h(${JSON.stringify(node.name)}, ${JSON.stringify(node.attributes)}${children})`;
  };
  return [JSON.stringify(root.attributes), root.children.map((child) => `, ${render(child)}`).join("")];
}

const REACT_NAMES: Record<string, string> = {
  class: "className",
  for: "htmlFor",
  tabindex: "tabIndex",
  crossorigin: "crossOrigin",
};

function reactAttribute(name: string, value: string): string[] {
  if (name === "style") return [`style: ${JSON.stringify(styleObject(value))}`];
  const isPlain = /^(data|aria)-/.test(name);
  const key = isPlain ? name : (REACT_NAMES[name] ?? camelCase(name));
  return [`${JSON.stringify(key)}: ${JSON.stringify(value)}`];
}

function styleObject(style: string): Record<string, string> {
  // A semicolon inside parentheses or quotes belongs to an address.
  const declarations = style.match(/(?:[^;("']|\([^()]*\)|"[^"]*"|'[^']*')+/g) ?? [];
  return Object.fromEntries(
    declarations.flatMap((declaration): [string, string][] => {
      const colon = declaration.indexOf(":");
      if (colon < 0) return [];
      const name = declaration.slice(0, colon).trim();
      const key = name.startsWith("--") ? name : camelCase(name.toLowerCase().replace(/^-ms-/, "ms-"));
      return [[key, declaration.slice(colon + 1).trim()]];
    }),
  );
}

const camelCase = (name: string): string => name.replace(/[-:](\w)/g, (_, letter: string) => letter.toUpperCase());

const TEXT_ELEMENTS = new Set(["text", "tspan", "textPath", "style", "title", "desc", "script", "foreignObject"]);

/** Editors' own elements and attributes (`sodipodi:namedview`) and event handlers, which mean nothing in a component. */
const isForeign = (name: string): boolean => name.includes(":") && !/^(xlink:|xml:|xmlns:xlink$)/.test(name);

function parseSvg(svg: string): SvgElement {
  const top: SvgElement = { name: "", attributes: {}, children: [] };
  const open: SvgElement[] = [top];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const own = Object.entries(attributes).filter(([key]) => !isForeign(key) && !/^on/i.test(key));
        const element = { name, attributes: Object.fromEntries(own), children: [] };
        if (!isForeign(name)) open.at(-1)?.children.push(element);
        open.push(element);
        if (open.length > MAX_DEPTH) throw new SvgError("The SVG is nested too deeply for a component.");
      },
      ontext(text) {
        const parent = open.at(-1);
        if (parent === undefined || (text.trim() === "" && !TEXT_ELEMENTS.has(parent.name))) return;
        const previous = parent.children.at(-1);
        if (typeof previous === "string") parent.children[parent.children.length - 1] = previous + text;
        else parent.children.push(text);
      },
      onclosetag() {
        open.pop();
      },
    },
    { xmlMode: true },
  );
  parser.end(svg.replace(/^\uFEFF/, ""));
  const root = top.children.find((node) => typeof node !== "string" && node.name === "svg");
  if (root === undefined || typeof root === "string") throw new SvgError("The file has no <svg> element.");
  return root;
}

function markup(node: SvgNode): string {
  if (typeof node === "string") return escapeMarkup(node);
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`);
  return `<${node.name}${attributes.join("")}>${node.children.map(markup).join("")}</${node.name}>`;
}

const escapeMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
