// `npm run bench <name>`: measures the figures in docs/performance.md. Each is a ratio of two things run alternately.
// Benchmarks are imported on demand, since what they import of the Worker has Markdown among its modules.
import { descendants, signal } from "../dev/processes.ts";
import "./asset-modules.ts";

const benches: Record<string, () => Promise<void>> = {
  against: async () => (await import("./against.ts")).benchAgainst(),
  apps: async () => (await import("./apps.ts")).benchApps(),
  "app-data": async () => (await import("./app-data.ts")).benchAppData(),
  export: async () => (await import("./export.ts")).benchExport(),
  load: async () => (await import("./load/index.ts")).benchLoad(),
  monitoring: async () => (await import("./monitoring.ts")).benchMonitoring(),
  files: async () => (await import("./files.ts")).benchFiles(),
  merge: async () => (await import("./merge.ts")).benchMerge(),
  peer: async () => (await import("./peer.ts")).benchPeer(),
  preview: async () => (await import("./preview.ts")).benchPreview(),
  router: async () => (await import("./router.ts")).benchRouter(),
  runs: async () => (await import("./runs.ts")).benchRuns(),
  web: async () => (await import("./web.ts")).benchWeb(),
  words: async () => (await import("./words.ts")).benchWords(),
};

// A benchmark has a database and Workers of its own, which would outlive it.
for (const name of ["SIGINT", "SIGTERM"]) {
  process.once(name, () => {
    for (const pid of descendants(process.pid)) signal(pid, "SIGTERM");
    process.exit(1);
  });
}

const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench) await bench();
else {
  console.error(`npm run bench <name>, with one of: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
