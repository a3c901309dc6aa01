import { asObject, asString, asStrings, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";

const DOM_ID = "__svg__icons__dom__";

/** Generates the modules of vite-plugin-svg-icons: a sprite of the SVGs in its folders, and their names. */
export function svgSprite(plugins: readonly Plugin[], files: SourceFiles): Map<string, string> {
  const plugin = plugins.find(({ name }) => name === "vite-plugin-svg-icons");
  if (plugin === undefined) return new Map();
  const options = asObject(plugin.options as Data) ?? {};
  const pattern = asString(options.symbolId) ?? "icon-[dir]-[name]";
  const folders = asStrings(options.iconDirs).map((dir) => normalize(dir.replace(/^\/project\//, "")));
  const icons = folders.flatMap((folder) =>
    [...files].flatMap(([path, content]) =>
      path.startsWith(`${folder}/`) && path.endsWith(".svg") && typeof content === "string"
        ? [{ id: idOf(path.slice(folder.length + 1, -".svg".length), pattern), svg: content }]
        : [],
    ),
  );
  const symbols = icons.map(({ id, svg }) => symbolOf(id, svg)).join("");
  const place = asString(options.inject) === "body-first" ? "body.firstChild" : "null";
  const register = `const load = () => {
  const body = document.body;
  const svg = document.getElementById(${JSON.stringify(asString(options.customDomId) ?? DOM_ID)}) ?? document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.style.cssText = "position: absolute; width: 0; height: 0";
  svg.id = ${JSON.stringify(asString(options.customDomId) ?? DOM_ID)};
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = ${JSON.stringify(symbols)};
  body.insertBefore(svg, ${place});
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", load);
else load();
export default {};
`;
  return new Map([
    ["virtual:svg-icons-register", register],
    ["virtual:svg-icons-names", `export default ${JSON.stringify(icons.map(({ id }) => id))};\n`],
  ]);
}

function idOf(name: string, pattern: string): string {
  const parts = name.split("/");
  const folder = parts.slice(0, -1).join("-");
  const withFolder = folder === "" ? pattern.replace(/-?\[dir\]/, "") : pattern.replace("[dir]", () => folder);
  return withFolder.replace("[name]", () => parts.at(-1) ?? "");
}

/** An SVG as a symbol: the view box of its root, or its size. */
function symbolOf(id: string, svg: string): string {
  const [root = "", content = ""] = /<svg\b[^>]*>([\s\S]*)<\/svg>/.exec(svg) ?? [];
  const open = /^<svg\b[^>]*>/.exec(root)?.[0] ?? "";
  const attribute = (name: string) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(open)?.[1];
  const size = `0 0 ${Number.parseFloat(attribute("width") ?? "24")} ${Number.parseFloat(attribute("height") ?? "24")}`;
  const kept = ["fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"].flatMap((name) => {
    const value = attribute(name);
    return value === undefined ? [] : [` ${name}="${value}"`];
  });
  return `<symbol id="${id}" viewBox="${attribute("viewBox") ?? size}"${kept.join("")}>${content}</symbol>`;
}
