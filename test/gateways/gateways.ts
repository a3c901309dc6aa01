import { join } from "node:path";
import type { Gateway, GatewayEnvironment } from "./gateway.ts";

const models = ["claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"];
const json = (value: unknown): string => JSON.stringify(value);

const routerConfig = (provider: object, port: number): string =>
  json({
    LOG: false,
    NON_INTERACTIVE_MODE: true,
    PORT: port,
    Providers: [{ name: "scripted", api_key: "scripted", models, ...provider }],
    Router: { default: `scripted,${models[0]}` },
  });

const claudeCodeRouter = (version: string): Gateway => ({
  name: `claude-code-router ${version}`,
  package: `@musistudio/claude-code-router@${version}`,
  files: ({ upstream, port }) => ({
    ".claude-code-router/config.json": routerConfig(
      { api_base_url: `${upstream}/v1/messages`, transformer: { use: ["Anthropic"] } },
      port,
    ),
  }),
  command: ({ folder }) => [
    process.execPath,
    join(folder, "node_modules/@musistudio/claude-code-router/dist/cli.js"),
    "start",
  ],
});

/** Its command line needs a package that a registry may lack, but the server itself does not. */
const llmRouter: Gateway = {
  name: "llm-router 2.6.2",
  package: "@khanglvm/llm-router@2.6.2",
  overrides: { "@levu/snap": "npm:ms@2.1.3" },
  files: ({ upstream, port, folder }) => ({
    "config.json": json({
      version: 2,
      defaultModel: `scripted/${models[0]}`,
      providers: [
        {
          id: "scripted",
          name: "Scripted",
          baseUrl: upstream,
          apiKey: "scripted",
          format: "claude",
          models: models.map((id) => ({ id })),
        },
      ],
    }),
    "start.js": `
      import { startLocalRouteServer } from "./node_modules/@khanglvm/llm-router/src/node/local-server.js";
      const configPath = ${json(join(folder, "config.json"))};
      await startLocalRouteServer({ port: ${port}, host: "127.0.0.1", configPath, watchConfig: false });`,
  }),
  command: () => [process.execPath, "start.js"],
};

/** Translates another API's responses to the Messages API's, where gateways differ most. */
const translating = (version: string): Gateway => ({
  ...claudeCodeRouter(version),
  name: `claude-code-router ${version} before a server of OpenAI's API`,
  upstreamGateway: { gateway: llmRouter, path: "/openai/v1/chat/completions" },
  files: ({ upstream, port }) => ({
    ".claude-code-router/config.json": routerConfig({ api_base_url: upstream }, port),
  }),
});

const llmGateway: Gateway = {
  name: "llm-gateway 2.0.11",
  package: "@nullplatform/llm-gateway@2.0.11",
  overrides: { "@nullplatform/llm-gateway-sdk": "2.0.2" },
  files: ({ upstream, port }) => ({
    "gateway.yaml": json({
      server: { host: "127.0.0.1", port },
      defaultProject: true,
      models: [
        {
          name: "scripted",
          isDefault: true,
          provider: { type: "anthropic", config: { baseUrl: upstream, apiKey: "scripted", model: models[0] } },
        },
      ],
    }),
  }),
  command: ({ folder }) => [
    process.execPath,
    join(folder, "node_modules/@nullplatform/llm-gateway/dist/cli.js"),
    ...["start", "--config", "gateway.yaml"],
  ],
  path: "/anthropic/v1",
};

async function addAccount(url: string, { upstream }: GatewayEnvironment): Promise<void> {
  const body = json({ name: "scripted", apiKey: "scripted", priority: 0, customEndpoint: upstream });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/accounts/anthropic-compatible`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`the account was refused: ${answer.status} ${await answer.text()}`);
}

const betterCcflare: Gateway = {
  name: "better-ccflare 3.5.4",
  package: "better-ccflare@3.5.4",
  command: ({ folder, port }) => [
    join(folder, "node_modules/better-ccflare/dist/better-ccflare"),
    ...["--serve", "--port", String(port)],
  ],
  prepare: addAccount,
};

const aimock: Gateway = {
  name: "aimock 1.43.0",
  package: "@copilotkit/aimock@1.43.0",
  files: () => ({ "fixtures/none.json": json({ fixtures: [] }) }),
  command: ({ folder, port, upstream }) => [
    process.execPath,
    join(folder, "node_modules/@copilotkit/aimock/dist/cli.js"),
    ...["--port", String(port), "--proxy-only", "--provider-anthropic", upstream],
  ],
};

const portkey: Gateway = {
  name: "Portkey 1.15.2",
  package: "@portkey-ai/gateway@1.15.2",
  command: ({ folder, port }) => [
    process.execPath,
    join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js"),
    ...["--headless", `--port=${port}`],
  ],
  headers: ({ upstream }) => ({ "x-portkey-provider": "anthropic", "x-portkey-custom-host": `${upstream}/v1` }),
};

/** The gateways through which the main job works. */
export const working: Gateway[] = [
  claudeCodeRouter("1.0.73"),
  claudeCodeRouter("2.0.0"),
  llmRouter,
  betterCcflare,
  aimock,
  translating("1.0.73"),
  translating("2.0.0"),
];

/** The gateways through which the main job fails, with a message in the run. */
export const failing: Gateway[] = [llmGateway, portkey];
