// Writes libraries.txt: the standard library's declarations as one file without comments, for the type checker, which
// would otherwise download and unpack 23 MB at every start. Run it when worker-bundler's TypeScript changes: `node
// preview/types/collect-libraries.ts`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const bundler = createRequire(import.meta.resolve("@cloudflare/worker-bundler"));
const library = (name: string) => readFileSync(bundler.resolve(`typescript/lib/lib.${name}.d.ts`), "utf8");
const collected = new Set<string>();

function collect(name: string): string {
  if (collected.has(name)) return "";
  collected.add(name);
  const text = library(name);
  const referenced = [...text.matchAll(/^\/\/\/ <reference lib="([^"]+)"/gm)].map((match) => collect(match[1] ?? ""));
  return referenced.join("") + withoutComments(text);
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^\s+/gm, "");
}

const { version } = JSON.parse(readFileSync(bundler.resolve("typescript/package.json"), "utf8"));
const header = `// The declarations of TypeScript ${version} for es2024 and dom, without comments. Copyright (c) Microsoft Corporation, Apache License 2.0.\n`;
const declarations = ["es2024", "dom", "dom.iterable"].map(collect).join("");
writeFileSync(fileURLToPath(import.meta.resolve("./libraries.txt")), header + declarations);
