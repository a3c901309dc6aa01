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

/** How a use came out: null is well, else the first line of what went wrong. */
export type Outcome = { install: string | null; build: string | null; types: string | null };

/** Installs what a use imports in a folder of its own, builds it as an app would be built, and checks its types. */
export async function tryUse(
  entry: PackageEntry,
  use: Use,
  version: string,
  needs: Record<string, string>,
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "edgesmith-knowledge-"));
  try {
    writeProject(root, use, versionsOf(entry, use, version, needs));
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

/** The row's package at the version that is tried, what it needs as the table says, and all else at its newest. */
function versionsOf(
  entry: PackageEntry,
  use: Use,
  version: string,
  needs: Record<string, string>,
): Record<string, string> {
  const imported = importsOf(use).map(({ name }) => [name, "latest"]);
  const types = use.language === "tsx" ? { "@types/react": "^19.0.0", "@types/react-dom": "^19.0.0" } : {};
  const page = use.language === "tsx" ? { react: "^19.0.0", "react-dom": "^19.0.0" } : {};
  return { ...types, ...Object.fromEntries(imported), ...needs, ...page, [entry.name]: version };
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
