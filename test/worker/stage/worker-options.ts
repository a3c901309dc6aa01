// How the API Worker is put into a test: the real one, beside the real preview Worker.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_getMiniflareWorkerOptions as optionsFromConfig } from "wrangler";
import { bundledModules } from "../../../dev/supervisor/bundled-modules.ts";
import { typesWorker } from "../../preview/worker-options.ts";
import type { Stage } from "./global-setup.ts";

const fromHere = (path: string) => fileURLToPath(import.meta.resolve(path));

const appUrl = "http://localhost:8787";
/** The address of the tests' owner of the platform (`newAdmin`). */
const adminEmail = "owner@edgesmith.example";
const stripeSecret = "whsec_test_of_stripe";
const previewDomain = "localhost:8788";

/** Options for `cloudflareTest`; its `globalSetup` is `test/worker/stage/global-setup.ts`. */
export function apiWorkerOptions(stage: Stage, signInStandIn: string) {
  const { workerOptions } = optionsFromConfig(fromHere("../../../preview/wrangler.toml"));
  return {
    main: fromHere("../../../worker/index.ts"),
    wrangler: { configPath: fromHere("../../../wrangler.toml") },
    miniflare: {
      bindings: {
        DATABASE_URL: stage.databaseUrl,
        DATABASE_FETCH_ENDPOINT: stage.fetchEndpoint,
        AUTH_SECRET: "a-secret-of-thirty-two-characters",
        APP_URL: appUrl,
        PREVIEW_DOMAIN: previewDomain,
        ANTHROPIC_API_KEY: "scripted",
        ANTHROPIC_BASE_URL: stage.modelUrl,
        MODEL_SCRIPTED: "true",
        ADMIN_EMAILS: `Another@example.com, ${adminEmail}`,
        ALLOW_LOOPBACK_WEBHOOKS: "true",
        ALLOW_LOOPBACK_EGRESS: "true",
        SIGN_IN_STAND_IN_URL: signInStandIn,
        STRIPE_WEBHOOK_SECRET: stripeSecret,
        IMPORT_HOSTS: `gitea:${stage.gitHost}`,
        LOG_LEVEL: "silent",
        CUSTOM_HOSTNAMES_API_URL: stage.cloudflare.url,
        CUSTOM_HOSTNAMES_TOKEN: stage.cloudflare.token,
        CUSTOM_HOSTNAMES_ZONE: stage.cloudflare.zone,
        CUSTOM_HOSTNAMES_TARGET: "custom.edgesmith-apps.example",
      },
      // Not the API Worker's: for tests that visit apps at their own origins.
      serviceBindings: { PREVIEW_DOOR: { name: "edgesmith-preview" } },
      workers: [
        {
          ...workerOptions,
          name: "edgesmith-preview",
          // The pool gives the Worker under test this name, in the project "worker".
          serviceBindings: {
            API: { name: "vitest-plugin-runner-worker", entrypoint: "PreviewGate" },
            TYPES: { name: "edgesmith-types", entrypoint: "TypeChecker" },
          },
          bindings: { APP_URL: appUrl, PREVIEW_DOMAIN: previewDomain, NPM_REGISTRY: stage.npmRegistry },
          modulesRoot: stage.previewBundle,
          modules: bundledModules(stage.previewBundle).map(({ type, file }) => ({
            type,
            path: join(stage.previewBundle, file),
          })),
        },
        typesWorker(stage.typesBundle),
      ],
    },
  };
}
