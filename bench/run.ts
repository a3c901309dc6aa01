// `npm run bench <name>`: what a figure in docs/performance.md comes from. Each is a ratio of two things run in turn.
import { benchExport } from "./export.ts";
import { benchFiles } from "./files.ts";
import { benchMerge } from "./merge.ts";
import { benchPeer } from "./peer.ts";
import { benchPreview } from "./preview.ts";
import { benchRouter } from "./router.ts";
import { benchRuns } from "./runs.ts";

const benches: Record<string, () => Promise<void>> = {
  export: benchExport,
  files: benchFiles,
  merge: benchMerge,
  peer: benchPeer,
  preview: benchPreview,
  router: benchRouter,
  runs: benchRuns,
};

const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench) await bench();
else {
  console.error(`npm run bench <name>, with one of: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
