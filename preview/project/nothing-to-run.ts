import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { SourceFiles } from "./source-files.ts";

/** Bundlers and task runners that are not run here, by the packages that a project with them has. */
const BUNDLERS: Record<string, string[]> = {
  webpack: ["webpack"],
  Rollup: ["rollup"],
  Parcel: ["parcel", "parcel-bundler"],
  Browserify: ["browserify"],
  Snowpack: ["snowpack"],
  gulp: ["gulp"],
  Grunt: ["grunt"],
  esbuild: ["esbuild"],
};
/** Pages that such a bundler makes, or that only tests and documentation have. */
const NO_TEMPLATE = /(^|\/)(dist|build|out|docs?|tests?|coverage|node_modules)\//;

/**
 * Returns the error of a project without a page or a server: what makes its page where that is known.
 * @param dependencies all dependencies of package.json
 */
export function nothingToRun(files: SourceFiles, dependencies: Record<string, string>): Diagnostic {
  const at = { path: "index.html", line: 0, column: 0, severity: "error" as const };
  if (files.size === 0)
    return { ...at, message: "The project has no files yet. Describe the app in the chat and it will appear here." };
  const [bundler] =
    Object.entries(BUNDLERS).find(([, names]) => names.some((name) => Object.hasOwn(dependencies, name))) ?? [];
  if (bundler === undefined)
    return {
      ...at,
      message: "There is neither an index.html nor a src/server.ts, so there is nothing to show yet.",
    };
  const template = [...files.keys()].filter((path) => path.endsWith(".html") && !NO_TEMPLATE.test(path)).sort()[0];
  const suggestedPrompt = `Convert this project from ${bundler} to Vite, with an index.html in its root.`;
  const made = template === undefined ? "its page" : `its page from ${template}`;
  const message = `This project has no index.html in its root: ${bundler} makes ${made}, and is not run here. Ask an agent to convert it: "${suggestedPrompt}"`;
  return { ...at, path: "package.json", line: 1, column: 1, message, suggestedPrompt };
}
