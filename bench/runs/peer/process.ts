// The process that hosts the peer's runtime, as dev/supervisor/workers-process.ts hosts Edgesmith's: the same Miniflare
// and workerd, Durable Objects on disk, and a socket of its own that bypasses the Worker that Miniflare puts in front.
import { dirname } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { peerInput } from "./input.ts";

const { bundle, stateDir, port, modelUrl } = peerInput.parse(JSON.parse(process.argv[2] ?? ""));

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => console.error(`${level}: ${message}`),
    telemetry: { enabled: false },
    resourcePersistencePath: stateDir,
    workers: [
      {
        name: "peer",
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat"],
        modulesRoot: dirname(bundle),
        modules: [{ type: "ESModule", path: bundle }],
        durableObjects: { ChatAgent: { className: "ChatAgent", useSQLite: true } },
        bindings: { MODEL_URL: modelUrl },
        unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      },
    ],
  }),
);

// The runtime ends with the benchmark, however that ends.
process.on("disconnect", async () => {
  await runtime.dispose();
  process.exit(0);
});
await runtime.ready;
process.send?.("ready");
