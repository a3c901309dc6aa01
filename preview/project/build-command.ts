import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Asset, BUILT, toAsset } from "./assets.ts";
import { clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import { readWrangler } from "./wrangler-config.ts";

/** Entries and output folder of an esbuild command. */
type EsbuildCommand = { entries: string[]; folder: string };

/** Parses a wrangler `build.command` that runs esbuild, as in Cloudflare's templates; null for any other command. */
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

/** Builds the command's entries and serves each at the command's output path. */
export async function buildByCommand(compiling: Compiling): Promise<BuiltByCommand> {
  const { files, project, settings, mode } = compiling;
  const command = esbuildCommand(files);
  if (command === null) return { assets: [], maps: [], diagnostics: [] };
  const { built, diagnostics } = await compiling.bundle(command.entries.map(project.at), "client");
  const areMapsPrivate = mode === "production";
  const { assets, maps, links } = await clientAssets(built, project, BUILT, {
    bundleScript: compiling.bundleScript,
    areMapsPrivate,
  });
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
