import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { previewWorkerOptions } from "./test/preview/worker-options.ts";
import { apiWorkerOptions } from "./test/worker/stage/worker-options.ts";

/** One after the other in one file: they share a preview Worker and a browser. */
const apps = { include: ["test/apps/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 180_000 };
const inWorkerd = ["agents", "accounts", "config", "database", "http", "preview", "projects", "runs"];
const inNode = ["billing", "crypto", "limits", "monitoring", "webhooks"];
/** What needs the real Worker in a module whose other tests do not. */
const onlyInWorkerd = "test/worker/**/*.workerd.test.ts";
/** What needs a faulty database or Vite itself beside it, in a folder whose other tests run in workerd. */
const onlyInNode = ["test/worker/**/*.node.test.ts", "test/preview/**/*.node.test.ts"];
/** Compilers for builds: their tests start a workerd of their own, into which Node puts the bundles. */
const tools = "test/preview/tools/**/*.test.ts";

/** Texts that the Worker imports, as wrangler's bundler reads them. */
const texts = {
  name: "texts",
  enforce: "pre" as const,
  transform: (code: string, id: string) => (id.endsWith(".md") ? `export default ${JSON.stringify(code)};` : undefined),
};

export default defineConfig({
  test: {
    // Two workerd and a PostgreSQL stand behind these; a machine of two cores is kept busy by few.
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
        plugins: [cloudflareTest(({ inject }) => apiWorkerOptions(inject("stage")))],
        test: {
          name: "worker",
          provide: {
            fuzzRequests: Number(process.env.FUZZ_REQUESTS ?? 2_000),
            // A day's own, so that every day asks something else, and all that a day's runs ask is the same.
            fuzzSeed: Number(process.env.FUZZ_SEED ?? Math.floor(Date.now() / 86_400_000)),
          },
          include: [onlyInWorkerd, ...inWorkerd.map((module) => `test/worker/${module}/**/*.test.ts`)],
          exclude: onlyInNode,
          globalSetup: [
            "test/worker/stage/global-setup.ts",
            "test/worker/agents/model-server.ts",
            "test/worker/webhooks/receiver.ts",
          ],
          // Every test has its own account, so files share a workerd; starting one for each took most of the time.
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
          // Each test has a project of its own, and starting a Worker for each file costs more than the tests.
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
