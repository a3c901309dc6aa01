import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";

type Framework = {
  name: string;
  /** Package names; one of them is among the dependencies. */
  packages: string[];
  /** A file that identifies the framework when the package alone does not. */
  file?: RegExp;
  /** Whether it is a server library, whose project may have pages and a server that run here. */
  isServerLibrary?: true;
  /** Whether its sources need a compiler that is not run here, so that a page which loads them stays empty. */
  hasOwnCompiler?: true;
};

/** Frameworks with a server or a build of their own that cannot run here. */
const UNSUPPORTED: Framework[] = [
  {
    name: "Next.js",
    packages: ["next"],
    file: /(^|\/)(next\.config\.[cm]?[jt]s|(src\/)?(app\/(.*\/)?(page|layout)|pages\/(_app|index))\.[jt]sx?)$/,
  },
  { name: "Nuxt", packages: ["nuxt", "nuxt3"], file: /(^|\/)(nuxt\.config\.[cm]?[jt]s|app\.vue)$/ },
  { name: "SvelteKit", packages: ["@sveltejs/kit"], file: /(^|\/)src\/(app\.html|routes\/)/ },
  { name: "Astro", packages: ["astro"], file: /(^|\/)astro\.config\.[cm]?[jt]s$/ },
  { name: "Remix", packages: ["@remix-run/react", "@remix-run/dev"] },
  {
    name: "React Router (framework mode)",
    packages: ["@react-router/dev"],
    file: /(^|\/)react-router\.config\.[jt]s$/,
  },
  {
    name: "TanStack Start",
    packages: ["@tanstack/react-start", "@tanstack/solid-start", "@tanstack/vue-start", "@tanstack/start"],
  },
  { name: "SolidStart", packages: ["@solidjs/start", "solid-start"] },
  { name: "Qwik City", packages: ["@builder.io/qwik-city", "@qwik.dev/router"] },
  { name: "Qwik", packages: ["@builder.io/qwik", "@qwik.dev/core"], hasOwnCompiler: true },
  { name: "Marko", packages: ["@marko/run", "@marko/vite"], hasOwnCompiler: true },
  { name: "Analog", packages: ["@analogjs/platform", "@analogjs/vite-plugin-angular"], hasOwnCompiler: true },
  { name: "Angular", packages: ["@angular/core"] },
  { name: "Expo", packages: ["expo"] },
  { name: "React Native", packages: ["react-native"] },
  { name: "NativeScript", packages: ["@nativescript/core"] },
  { name: "Gatsby", packages: ["gatsby"] },
  { name: "Create React App", packages: ["react-scripts"] },
  { name: "Vue CLI", packages: ["@vue/cli-service"] },
  { name: "Quasar CLI", packages: ["@quasar/app-vite", "@quasar/app-webpack", "@quasar/app"] },
  { name: "WMR", packages: ["wmr"] },
  { name: "Preact CLI", packages: ["preact-cli"] },
  { name: "Docusaurus", packages: ["@docusaurus/core"] },
  { name: "VitePress", packages: ["vitepress"] },
  { name: "Eleventy", packages: ["@11ty/eleventy"] },
  { name: "HonoX", packages: ["honox"] },
  { name: "Waku", packages: ["waku"] },
  { name: "Vike", packages: ["vike", "vite-plugin-ssr"], file: /(\+(Page|config)|\.page)\.[cm]?[jt]sx?$/ },
  { name: "Umi", packages: ["umi", "@umijs/max"] },
  { name: "Ember", packages: ["ember-source"] },
  { name: "Stencil", packages: ["@stencil/core"] },
  { name: "RedwoodJS", packages: ["@redwoodjs/core"] },
  { name: "Rsbuild", packages: ["@rsbuild/core"], file: /(^|\/)rsbuild\.config\.[cm]?[jt]s$/ },
  { name: "WXT", packages: ["wxt"] },
  { name: "Plasmo", packages: ["plasmo"] },
  { name: "Electron", packages: ["electron-vite", "electron"] },
  { name: "Meteor", packages: ["meteor-node-stubs"] },
  { name: "Nitro", packages: ["nitropack", "nitro"] },
  { name: "Express", packages: ["express"], isServerLibrary: true },
  { name: "Fastify", packages: ["fastify"], isServerLibrary: true },
  { name: "Koa", packages: ["koa"], isServerLibrary: true },
  { name: "NestJS", packages: ["@nestjs/core"], isServerLibrary: true },
  { name: "AdonisJS", packages: ["@adonisjs/core"], isServerLibrary: true },
  { name: "hapi", packages: ["@hapi/hapi"], isServerLibrary: true },
  { name: "Elysia", packages: ["elysia"], isServerLibrary: true },
  { name: "Hono on Node.js", packages: ["@hono/node-server"], isServerLibrary: true },
];

/**
 * `buildsPages`: the framework generates all pages, so that no other page of the project is the app. `hasOwnCompiler`: nor is a page of the
 * project's own, since no compiler here knows the files that it loads.
 */
export type UnsupportedFramework = {
  name: string;
  buildsPages: boolean;
  hasOwnCompiler: boolean;
  diagnostic: Diagnostic;
};

/**
 * Describes a project's framework that cannot run here, with a remedy; null when there is none.
 * @param dependencies all dependencies of package.json
 */
export function unsupportedFramework(
  files: SourceFiles,
  dependencies: Record<string, string>,
): UnsupportedFramework | null {
  const own = [...files.keys()];
  const found = UNSUPPORTED.find(
    ({ packages, file }) =>
      packages.some((name) => Object.hasOwn(dependencies, name)) &&
      (file === undefined || own.some((path) => file.test(path))),
  );
  if (found === undefined) return null;
  const suggestedPrompt = `Convert this ${found.name} project to Vite, with an index.html, src/main, and src/server.ts for its server.`;
  const message =
    `This is ${/^[AEIOU]/.test(found.name) ? "an" : "a"} ${found.name} project. ${found.name} needs its own server or build, which Edgesmith cannot run. ` +
    `Ask an agent to convert it: "${suggestedPrompt}"`;
  const buildsPages = found.isServerLibrary !== true;
  return {
    name: found.name,
    buildsPages,
    hasOwnCompiler: found.hasOwnCompiler === true,
    diagnostic: { path: "package.json", line: 1, column: 1, severity: "error", message, suggestedPrompt },
  };
}

/** Pages of frameworks' own, which Vite does not build. */
const OWN_PAGE = /^src\/(app|index)\.html$|^public\/index\.html$/;

/**
 * Returns the framework of a project that is sure before its packages are known and its settings are read: it has no page that Vite could build.
 */
export function surelyUnsupported(
  files: SourceFiles,
  dependencies: Record<string, string>,
): UnsupportedFramework | null {
  const paths = [...files.keys()];
  const mayBeServed = (path: string): boolean =>
    (path.endsWith(".html") && !OWN_PAGE.test(path)) ||
    /^src\/server\.[jt]sx?$|^wrangler\.(toml|jsonc?)$|^functions\//.test(path);
  const found = paths.some(mayBeServed) ? null : unsupportedFramework(files, dependencies);
  return found?.buildsPages === true ? found : null;
}

const SCRIPT = /\.[cm]?[jt]s$/;
const FOR_TESTS = /(^|\/)(tests?|__tests__)\/|\.(test|spec)\.[cm]?[jt]s$/;

/**
 * Warns of a server beside the pages that uses a library of Node's servers: it does not run here, and the pages' requests to
 * it fail.
 * @param dependencies all dependencies of package.json
 * @param hasServer whether the project has a server that runs here, which may stand in for it
 */
export function serversNotRun(
  files: SourceFiles,
  dependencies: Record<string, string>,
  hasServer: boolean,
): Diagnostic[] {
  if (hasServer) return [];
  const libraries = UNSUPPORTED.filter(({ isServerLibrary }) => isServerLibrary === true);
  const scripts = [...files.keys()].filter((path) => SCRIPT.test(path) && !FOR_TESTS.test(path)).sort();
  for (const { name, packages } of libraries) {
    const [wanted] = packages.filter((one) => Object.hasOwn(dependencies, one));
    if (wanted === undefined) continue;
    const imported = new RegExp(`(?:\\bfrom\\s*|\\brequire\\(\\s*)(["'])${wanted}\\1`);
    const path = scripts.find((one) => imported.test(readText(files, one) ?? ""));
    if (path === undefined) continue;
    const suggestedPrompt = `Convert the ${name} server of this project, which begins in ${path}, to src/server.ts.`;
    const message = `Edgesmith does not run the ${name} server in ${path}, so requests to it fail. Ask an agent to convert it: "${suggestedPrompt}"`;
    return [{ ...placeOf(path, readText(files, path) ?? "", wanted), severity: "warning", message, suggestedPrompt }];
  }
  return [];
}
