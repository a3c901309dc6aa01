import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Asset, BUILT, toAsset } from "./assets.ts";
import { clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import { readWrangler } from "./wrangler-config.ts";

/** What a command of esbuild builds, and into which folder of the project. */
type EsbuildCommand = { entries: string[]; folder: string };

/** What the `build.command` of a wrangler configuration asks of esbuild, as Cloudflare's templates do, or null for any other command. */
export function esbuildCommand(files: SourceFiles): EsbuildCommand | null {
  const words = (readWrangler(files).command ?? "").trim().split(/\s+/);
  if (words[0] === "npx") words.shift();
  const folder = /^--outdir=(.+)$/.exec(words.find((word) => word.startsWith("--outdir=")) ?? "")?.[1];
  const entries = words.slice(1).filter((word) => !word.startsWith("-"));
  const areThere = entries.length > 0 && entries.every((entry) => files.has(normalize(entry)));
  if (words[0] !== "esbuild" || folder === undefined || !areThere) return null;
  return { entries: entries.map(normalize), folder: normalize(folder) };
}

type BuiltByCommand = { assets: Asset[]; maps: Asset[]; diagnostics: Diagnostic[] };

/** Builds what such a command names, and serves each entry where the command would have put it. */
export async function buildByCommand(compiling: Compiling): Promise<BuiltByCommand> {
  const { files, project, settings, mode } = compiling;
  const command = esbuildCommand(files);
  if (command === null) return { assets: [], maps: [], diagnostics: [] };
  const { built, diagnostics } = await compiling.bundle(command.entries.map(project.at), "client");
  const areMapsPrivate = mode === "production";
  const { assets, maps, links } = await clientAssets(built, project, BUILT, { areMapsPrivate });
  const { publicDir } = settings.vite;
  const isPublic = publicDir !== null && command.folder.startsWith(`${publicDir}/`);
  const folder = isPublic ? command.folder.slice(publicDir.length) : `/${command.folder}`;
  for (const entry of command.entries) {
    const link = links.get(project.projectFolder + entry);
    const name = entry.slice(entry.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
    if (link === undefined) continue;
    assets.push(await toAsset(`${folder}/${name}.js`, `import ${JSON.stringify(link.script)};\n`));
    const styles = link.styles.map((style) => `@import ${JSON.stringify(style)};\n`).join("");
    if (styles !== "") assets.push(await toAsset(`${folder}/${name}.css`, styles));
  }
  return { assets, maps, diagnostics };
}
