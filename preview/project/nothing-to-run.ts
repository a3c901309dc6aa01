import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { otherLanguage } from "./other-languages.ts";
import type { SourceFiles } from "./source-files.ts";
import { unbuiltMain } from "./unbuilt-main.ts";

/** Bundlers and task runners that are not run here, by the packages that a project with them has. */
const BUNDLERS: Record<string, RegExp> = {
  webpack: /^webpack$|^webpack-(cli|dev-server)$|-webpack-plugin$/,
  Rollup: /^rollup$/,
  Parcel: /^parcel(-bundler)?$/,
  Browserify: /^browserify$/,
  Snowpack: /^snowpack$/,
  gulp: /^gulp$/,
  Grunt: /^grunt$/,
  esbuild: /^esbuild$/,
};
/** Pages that such a bundler makes, or that only tests and documentation have. */
const NO_TEMPLATE = /(^|\/)(dist|build|out|docs?|tests?|coverage|node_modules)\//;

/** Returns the bundler among a project's dependencies that makes its page; undefined without one. */
export function bundlerOf(dependencies: Record<string, string>): string | undefined {
  const names = Object.keys(dependencies);
  return Object.entries(BUNDLERS).find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
}

/**
 * Returns the error of a project without a page or a server: what makes its page where that is known.
 * @param dependencies all dependencies of package.json
 * @param failure why vite.config could not be evaluated, which may say where the page is
 */
export function nothingToRun(
  files: SourceFiles,
  dependencies: Record<string, string>,
  failure: Diagnostic | null = null,
): Diagnostic {
  const at = { path: "index.html", line: 0, column: 0, severity: "error" as const };
  if (files.size === 0)
    return { ...at, message: "The project has no files yet. Describe the app in the chat and it will appear here." };
  const [unbuilt] = unbuiltMain(files, null);
  if (unbuilt !== undefined) return { ...unbuilt, severity: "error" };
  const bundler = bundlerOf(dependencies);
  const ofServer = bundler === undefined ? otherLanguage(files) : null;
  if (ofServer !== null) return ofServer;
  if (failure !== null) return { ...failure, severity: "error" };
  const template = [...files.keys()].filter((path) => path.endsWith(".html") && !NO_TEMPLATE.test(path)).sort()[0];
  if ([...files.keys()].some((path) => /^\.storybook\/main\./.test(path))) {
    const suggestedPrompt =
      "Add an index.html and a src/main that show the components of this project, as its stories do.";
    const message = `This project shows its components in Storybook, which Edgesmith does not run. Ask an agent: "${suggestedPrompt}"`;
    return { ...at, message, suggestedPrompt };
  }
  if (bundler === undefined) {
    if (template === undefined) return { ...at, message: "Nothing to show yet: add an index.html or a src/server.ts." };
    const suggestedPrompt = `Make this a Vite project, with an index.html in its root made from ${template}.`;
    const message = `This project has no index.html in its root, and no script fills ${template}. Ask an agent: "${suggestedPrompt}"`;
    return { ...at, path: template, message, suggestedPrompt };
  }
  const suggestedPrompt = `Convert this project from ${bundler} to Vite, with an index.html in its root.`;
  const made = template === undefined ? "its page" : `its page from ${template}`;
  const message = `This project has no index.html in its root: ${bundler} generates ${made}, and Edgesmith does not run ${bundler}. Ask an agent to convert it: "${suggestedPrompt}"`;
  return { ...at, path: "package.json", line: 1, column: 1, message, suggestedPrompt };
}
