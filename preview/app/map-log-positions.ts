import type { BuildReport, PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { BUILT } from "../project/assets.ts";
import type { BuildStore } from "./build-store.ts";
import { mapStack, SourceMap } from "./source-map.ts";

/** Maps a server line's stack to positions in the project's own files. */
export function mapServerLog(line: PreviewLog, codeId: string, builds: BuildStore): PreviewLog {
  if (line.stack === undefined) return line;
  const { stack, place } = mapStack(line.stack, "server.js", new SourceMap(builds.serverMap(codeId)));
  return { ...line, stack, ...place };
}

/** Maps a page line's position and stack to the project's own files when they name a built script. */
export function mapBrowserLog(line: PreviewLog, builds: BuildStore): PreviewLog {
  const address = [line.path, line.stack].flatMap((text) => text?.match(BUILT_SCRIPT) ?? [])[0];
  const map = address === undefined ? null : builds.assetMap(address);
  if (address === undefined || map === null) return line;
  const sourceMap = new SourceMap(map);
  const named = line.path === address ? sourceMap.find(line.line ?? 0, line.column ?? 0) : null;
  if (line.stack === undefined) return { ...line, ...named };
  const { stack, place } = mapStack(line.stack, address, sourceMap);
  return { ...line, ...(named ?? place), stack };
}

const BUILT_SCRIPT = new RegExp(`${BUILT}[\\w.-]+\\.js`);

/** Returns the log lines of a build's diagnostics. */
export function logLinesOf({ diagnostics }: BuildReport): PreviewLog[] {
  const at = new Date().toISOString();
  return diagnostics.map(({ severity, ...rest }) => ({
    at,
    source: "build",
    level: severity === "error" ? "error" : "warn",
    ...rest,
  }));
}
