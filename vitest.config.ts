import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { previewWorkerOptions } from "./test/preview/worker-options.ts";
import { apiWorkerOptions } from "./test/worker/stage/worker-options.ts";

/** Sequential in one file: the tests share a preview Worker and a browser. */
const apps = { include: ["test/apps/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 180_000 };
const inWorkerd = [
  "agents",
  "accounts",
  "admin",
  "app-environment",
  "config",
  "database",
  "http",
  "preview",
  "projects",
  "runs",
  "sharing",
];
const inNode = ["alerts", "billing", "crypto", "limits", "metrics", "monitoring", "webhooks"];
/** Tests that need the real Worker, in modules whose other tests do not. */
const onlyInWorkerd = "test/worker/**/*.workerd.test.ts";
/** Tests that need a faulty database or Vite itself, in folders whose other tests run in workerd. */
const onlyInNode = ["test/worker/**/*.node.test.ts", "test/preview/**/*.node.test.ts"];
/** Tests of the bundled compilers: Node passes the bundles to a workerd that each test starts. */
const tools = "test/preview/tools/**/*.test.ts";

/** Imports Markdown as text, as wrangler's bundler does. */
const texts = {
  name: "texts",
  enforce: "pre" as const,
  transform: (code: string, id: string) => (id.endsWith(".md") ? `export default ${JSON.stringify(code)};` : undefined),
};

export default defineConfig({
  test: {
    // Two workerd and a PostgreSQL serve these workers; few of them keep a machine of two cores busy.
    maxWorkers: 2,
    coverage: {
      // The other provider needs V8's inspector, which workerd does not offer.
      provider: "istanbul",
      include: ["worker/**/*.ts"],
      exclude: ["worker/**/*.d.ts", "worker/contract/preview-rpc.ts"],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: { lines: 80 },
    },
    projects: [
      { test: { name: "layers", include: ["test/layers.test.ts"] } },
      { test: { name: "conventions", include: ["test/conventions/**/*.test.ts"], testTimeout: 60_000 } },
      {
        plugins: [texts],
        test: {
          name: "node",
          include: [
            "test/dev/**/*.test.ts",
            "test/frontend/**/*.test.ts",
            ...onlyInNode,
            ...inNode.map((module) => `test/worker/${module}/**/*.test.ts`),
          ],
          exclude: [onlyInWorkerd],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [cloudflareTest(({ inject }) => apiWorkerOptions(inject("stage"), inject("providersUrl")))],
        test: {
          name: "worker",
          provide: {
            fuzzRequests: Number(process.env.FUZZ_REQUESTS ?? 2_000),
            // A seed per day, so that each day tests other requests, and all runs of a day the same ones.
            fuzzSeed: Number(process.env.FUZZ_SEED ?? Math.floor(Date.now() / 86_400_000)),
          },
          setupFiles: ["test/worker/stage/load-libraries.ts"],
          include: [onlyInWorkerd, ...inWorkerd.map((module) => `test/worker/${module}/**/*.test.ts`)],
          exclude: onlyInNode,
          globalSetup: [
            "test/worker/stage/global-setup.ts",
            "test/worker/agents/model-server.ts",
            "test/worker/preview/page-viewer-setup.ts",
            "test/worker/preview/stand-in-providers.ts",
            "test/worker/webhooks/receiver.ts",
          ],
          // Every test has its own account, so files share a workerd; starting one per file took most of the time.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        plugins: [cloudflareTest(({ inject }) => previewWorkerOptions(inject("npmRegistry"), inject("typesBundle")))],
        test: {
          name: "preview",
          include: ["test/preview/**/*.test.ts"],
          exclude: [tools, ...onlyInNode],
          globalSetup: ["test/preview/global-setup.ts"],
          // Each test has its own project, and starting a Worker per file costs more than the tests.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "tools", include: [tools], testTimeout: 60_000, hookTimeout: 120_000 } },
      {
        plugins: [texts],
        test: {
          name: "journeys",
          include: ["test/journeys/**/*.test.ts", "test/preview/**/*.browser.ts"],
          globalSetup: ["test/preview/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        plugins: [texts],
        test: {
          name: "properties",
          include: ["test/properties/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [texts],
        test: {
          name: "engines",
          include: ["test/engines/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
      {
        plugins: [texts],
        test: {
          name: "gateways",
          include: ["test/gateways/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
      { test: { ...apps, name: "apps", provide: { appsSubset: "all" } } },
      { test: { ...apps, name: "apps-ci", provide: { appsSubset: "ci" } } },
      {
        plugins: [texts],
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
