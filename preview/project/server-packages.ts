import type { Metafile } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { projectPath } from "../engine/messages.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { APART } from "./package-imports.ts";
import { placeAt } from "./place-of.ts";
import { readText } from "./source-files.ts";

/** Packages that call modules of Node as soon as they load or are used: databases, mail, servers, hashes in C++. */
const OF_SERVERS = new Set([
  "@prisma/client",
  "@sendgrid/mail",
  "bcrypt",
  "better-sqlite3",
  "express",
  "firebase-admin",
  "fs-extra",
  "googleapis",
  "ioredis",
  "jsonwebtoken",
  "knex",
  "mongodb",
  "mongoose",
  "mssql",
  "multer",
  "mysql",
  "mysql2",
  "nodemailer",
  "passport",
  "pg",
  "postgres",
  "puppeteer",
  "redis",
  "sequelize",
  "sharp",
  "sqlite3",
  "twilio",
  "typeorm",
]);

/**
 * Warns of packages for Node's servers in an app's pages: Node's modules are empty there, so that the page stays blank with an
 * error that names neither.
 * @param inputs the modules of a bundle of pages
 * @returns a warning for each package, at its first import by a file of the app
 */
export function serverPackages(inputs: Metafile["inputs"], { projectFolder, sources }: MountedProject): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const path = projectPath(file, projectFolder);
    const text = readText(sources, path);
    if (text === null) continue;
    for (const { path: resolved, original = resolved } of imports) {
      const specifier = original.replace(APART, "");
      const name = packageNameOf(specifier);
      if (!OF_SERVERS.has(name) || found.has(name)) continue;
      const offset = Math.max(text.indexOf(`"${specifier}"`), text.indexOf(`'${specifier}'`));
      const suggestedPrompt = `Move the code that uses ${name} to src/server.ts and call it from the page.`;
      const message = `${name} is a package for servers and fails in a browser. Ask an agent: "${suggestedPrompt}"`;
      found.set(name, { ...placeAt(path, text, offset), severity: "warning", message, suggestedPrompt });
    }
  }
  return [...found.values()];
}
