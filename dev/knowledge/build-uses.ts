import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import react from "@vitejs/plugin-react";
import { build } from "vite";
import type { PackageEntry, Use } from "../../worker/agents/packages/parse-knowledge.ts";
import { ROOT } from "../supervisor/content-hash.ts";
import { importsOf } from "./table.ts";

const run = promisify(execFile);
const installMs = 180_000;

/** The outcome of one use: null for success, otherwise the first line of the error. */
export type Outcome = { install: string | null; build: string | null; types: string | null };

export type Attempt = {
  /** The packages under one heading, which are installed together. */
  together: PackageEntry[];
  use: Use;
  which: "default" | "newest";
  /** Further dependencies that the table lists as required. */
  needs: Record<string, string>;
};

/** Installs the packages of a use in a folder of its own, builds it as an app would be built, and checks its types. */
export async function tryUse(attempt: Attempt): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "edgesmith-knowledge-"));
  try {
    writeProject(root, attempt.use, versionsOf(attempt));
    const installed = await failureOf(() =>
      run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--force"], {
        cwd: root,
        timeout: installMs,
      }),
    );
    if (installed !== null) return { install: installed, build: null, types: null };
    return { install: null, build: await failureOf(() => buildAt(root)), types: await failureOf(() => checkAt(root)) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * Returns the versions to install: the heading's packages at the versions under test, the required dependencies as the
 * table lists them, and all others at their newest.
 */
function versionsOf({ together, use, which, needs }: Attempt): Record<string, string> {
  const tried = new Map(together.map((entry) => [entry.name, which === "default" ? entry.defaultRange : "latest"]));
  const imported = importsOf(use).map(({ name }) => [name, "latest"]);
  const react = use.language === "tsx" ? "^19.0.0" : null;
  const page = react && { react, "react-dom": react, "@types/react": react, "@types/react-dom": react };
  const wanted: Record<string, string> = { ...Object.fromEntries(imported), ...needs, ...page };
  return Object.fromEntries(Object.entries(wanted).map(([name, range]) => [name, tried.get(name) ?? range]));
}

function writeProject(root: string, use: Use, dependencies: Record<string, string>): void {
  const write = (path: string, content: string) => writeFileSync(join(root, path), content);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    jsx: "react-jsx",
    module: "esnext",
    moduleResolution: "bundler",
    target: "es2024",
    lib: ["es2024", "dom", "dom.iterable"],
    types: [],
    noUncheckedSideEffectImports: false,
  };
  write("package.json", JSON.stringify({ name: "use", private: true, type: "module", dependencies }));
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: [`use.${use.language}`] }));
  write(`use.${use.language}`, `${use.code}\n`);
  write("main.ts", `import { App } from "./use";\nReflect.set(globalThis, "App", App);\n`);
  write(
    "index.html",
    '<!doctype html><html lang="en"><title>Use</title><script type="module" src="/main.ts"></script></html>',
  );
}

const buildAt = (root: string) =>
  build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [react()],
    build: { minify: false, reportCompressedSize: false },
  });

const checkAt = (root: string) =>
  run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", root], { cwd: root, timeout: installMs });

async function failureOf(attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    const output = typeof error === "object" && error !== null && "stdout" in error ? String(error.stdout) : "";
    const message = output.trim() === "" ? (error instanceof Error ? error.message : String(error)) : output;
    const lines = message.split("\n").filter((line) => line.trim() !== "");
    return lines.slice(0, 3).join(" ").slice(0, 400) || "It failed without a word.";
  }
}
