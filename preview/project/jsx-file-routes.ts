import picomatch from "picomatch/posix";
import { isQuickGlob } from "../tools/quick-glob.ts";
import { asList, asObject, asString, asStrings, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";

const EXTENSIONS = ["tsx", "jsx", "ts", "js"];
/** Modules of routes by the package that each is for. */
const MODULES: [name: string, framework: Framework][] = [
  ["~react-pages", "react"],
  ["virtual:generated-pages-react", "react"],
  ["~solid-pages", "solid"],
];

type Framework = "react" | "solid";
type Route = { path: string; raw: string; file: string | null; children: Route[] };

/** Generates the routes that vite-plugin-pages makes for React Router and Solid Router, by the names of their modules. */
export function jsxFileRoutes(plugins: readonly Plugin[], files: SourceFiles): Map<string, string> {
  const options = optionsOf(plugins);
  if (options === null) return new Map();
  const routes = routesIn(pagesIn(options, files));
  return new Map(MODULES.map(([name, framework]) => [name, moduleOf(routes, framework)]));
}

/** The options of vite-plugin-pages, or those that the plugin of Tempo's apps gives it (tempo-devtools 2.0.95). */
function optionsOf(plugins: readonly Plugin[]): Record<string, Data> | null {
  const of = (plugin: string) => plugins.find(({ name }) => name === plugin);
  const pages = of("vite-plugin-pages");
  if (pages !== undefined) return asObject(pages.options as Data) ?? {};
  const tempo = of("tempo-devtools/dist/vite");
  if (tempo === undefined) return null;
  const { pagesDir = "src/tempobook", baseRoute = "/tempobook" } = asObject(tempo.options as Data) ?? {};
  return { dirs: [{ dir: pagesDir, baseRoute }] };
}

type Page = { segments: string[]; file: string };

function pagesIn(options: Record<string, Data>, files: SourceFiles): Page[] {
  const named = asStrings(options.extensions).map((one) => one.replace(/^\./, ""));
  const extensions = named.length === 0 ? EXTENSIONS : named;
  const excluded = ["**/__*__/**", ...asStrings(options.exclude)].filter(isQuickGlob).map((glob) => picomatch([glob]));
  const listed = asList(options.dirs ?? options.pagesDir);
  const dirs = listed.length === 0 ? ["src/pages"] : listed;
  const pages = dirs.flatMap((one): Page[] => {
    const folder = normalize(
      (asString(one) ?? asString(asObject(one)?.dir) ?? "src/pages").replace(/^\/project\//, ""),
    );
    const base = asString(asObject(one)?.baseRoute) ?? "";
    return [...files.keys()].sort().flatMap((file) => {
      const extension = extensions.find((ending) => file.endsWith(`.${ending}`));
      if (!file.startsWith(`${folder}/`) || extension === undefined || excluded.some((matches) => matches(file)))
        return [];
      const within = file.slice(folder.length + 1, -extension.length - 1);
      return [{ file, segments: [...base.split("/"), ...within.split("/")].filter((part) => part !== "") }];
    });
  });
  return pages.sort((one, other) => one.segments.length - other.segments.length);
}

/** A page is below the page of its folder, and a folder without one is a route without a component. */
function routesIn(pages: Page[]): Route[] {
  const routes: Route[] = [];
  for (const { segments, file } of pages) {
    let level = routes;
    segments.forEach((segment, index) => {
      const raw = segments.slice(0, index + 1).join("/");
      const known = level.find((one) => one.raw === raw);
      const isLast = index === segments.length - 1;
      const route = known ?? { path: addressOf(segment, index), raw, file: isLast ? file : null, children: [] };
      if (known === undefined) level.push(route);
      level = route.children;
    });
  }
  return routes;
}

function addressOf(segment: string, depth: number): string {
  if (segment.toLowerCase() === "index") return depth === 0 ? "/" : "";
  if (/^\[\.{3}.*\]$/.test(segment)) return "*";
  return segment.replace(/^\[(.+)\]$/, ":$1");
}

function moduleOf(routes: Route[], framework: Framework): string {
  const imports: string[] = [];
  const componentOf = ({ file, raw }: Route): string => {
    if (raw !== "index") return `lazy(() => import(${JSON.stringify(`/${file}`)}))`;
    // The first page is there at once, as with the plugin.
    imports.push(`import Index from ${JSON.stringify(`/${file}`)};`);
    return "Index";
  };
  const write = (route: Route): string => {
    const parts = [`path: ${JSON.stringify(route.path)}`];
    if (route.file !== null && framework === "react") parts.push(`element: createElement(${componentOf(route)})`);
    if (route.file !== null && framework === "solid") parts.push(`component: ${componentOf(route)}`);
    if (route.children.length > 0) parts.push(`children: [${route.children.map(write).join(", ")}]`);
    return `{ ${parts.join(", ")} }`;
  };
  const written = routes.map(write).join(",\n  ");
  const library =
    framework === "react" ? 'import { createElement, lazy } from "react";' : 'import { lazy } from "solid-js";';
  return `${[library, ...imports].join("\n")}\nexport default [\n  ${written}\n];\n`;
}
