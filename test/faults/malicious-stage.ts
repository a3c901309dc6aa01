import { createServer } from "node:http";
import { startScriptedModel } from "../../dev/model/index.ts";
import { type RunEvent, run, webhook } from "../../worker/contract/index.ts";
import { type Caller, callerWith, logOf, newCaller } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { type ModelProxy, startModelProxy } from "./model-proxy.ts";
import { openReader, type Reader } from "./reader.ts";

type Call = { name: string; input: Record<string, unknown> };
type Turn = { text?: string; tools?: Call[] };

/** Builds a tool call. */
export const call = (name: string, input: Record<string, unknown> = {}): Call => ({ name, input });
/** Builds a call that writes one file. */
export const write = (path: string, content: string): Call => call("write_files", { files: [{ path, content }] });
/**
 * Placeholders that the model's proxy expands, for inputs that are too long for a prompt: a number of characters, or of
 * small files.
 */
export const longText = (length: number): string => `@@x ${length}@@`;
export const manyFiles = (folder: string, count: number): Call =>
  call("write_files", { files: `@@files ${folder} ${count}@@` });

function expandLengths(answer: string): string {
  const files = (folder: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ path: `${folder}/${index}.txt`, content: `${index}` }));
  return answer
    .replace(/@@x (\d+)@@/g, (_, length) => "x".repeat(Number(length)))
    .replace(/\\"@@files (\w+) (\d+)@@\\"/g, (_, folder, count) =>
      JSON.stringify(JSON.stringify(files(folder, Number(count)))).slice(1, -1),
    );
}

export const secrets = {
  modelKey: "sk-ant-canary-5c1f0be97a6d4e21",
  gitHub: "github-canary-9b7d2a60f3c84e15",
};

/** Starts a server that records its requests and responds with 200. */
async function startRecordingServer() {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks)}`);
    response.end("thank you");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { received, host: `127.0.0.1:${address.port}`, close };
}
type RecordingServer = Awaited<ReturnType<typeof startRecordingServer>>;

export type MaliciousStage = {
  testStack: TestStack;
  caller: Caller;
  reader: Reader;
  proxy: ModelProxy;
  /** The server that would receive stolen data. */
  thief: RecordingServer;
  /** The owner's own webhook receiver. */
  receiver: RecordingServer;
  /** The logs of all played runs. */
  logs: RunEvent[][];
  /**
   * Makes the model play the turns, and waits for the end of the run.
   * @returns the run's log
   */
  play(projectId: string, turns: Turn[], options?: object): Promise<RunEvent[]>;
  close(): Promise<void>;
};

/** Starts a whole Edgesmith whose model follows a malicious script and whose environment holds canary secrets. */
export async function openMaliciousStage(): Promise<MaliciousStage> {
  const model = await startScriptedModel();
  const proxy = await startModelProxy(model.url);
  proxy.rewrite = expandLengths;
  const [thief, receiver] = await Promise.all([startRecordingServer(), startRecordingServer()]);
  const variables = {
    ANTHROPIC_BASE_URL: proxy.url,
    ANTHROPIC_API_KEY: secrets.modelKey,
    GITHUB_CLIENT_ID: "canary",
    GITHUB_CLIENT_SECRET: secrets.gitHub,
    // Models without a price, since these tests do not measure cost.
    MODEL_FAST: "mallory",
    MODEL_BALANCED: "mallory",
    MODEL_DEEP: "mallory",
    ALLOW_LOOPBACK_WEBHOOKS: "true",
  };
  const testStack = await openTestStack({ variables });
  const { appUrl, port, databaseUrl } = testStack.stack;
  const reader = openReader(databaseUrl);
  const caller = await newCaller(testStack.stack);
  const person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  const events = ["revision.created", "run.completed", "run.failed"];
  await person.expect(webhook, 201, "/v1/webhooks", { body: { url: `http://${receiver.host}/hook`, events } });
  const logs: RunEvent[][] = [];
  return {
    testStack,
    caller,
    reader,
    proxy,
    thief,
    receiver,
    logs,
    async play(projectId, turns, options = {}) {
      const prompt = `Do this.\n\`\`\`script\n${ascii(JSON.stringify(turns))}\n\`\`\``;
      const body = { prompt, agent: "fullstack", ...options };
      const { id } = await caller.expect(run, 202, `/v1/projects/${projectId}/runs`, { body });
      await watch(caller, id);
      const log = await logOf(caller, id);
      logs.push(log);
      return log;
    },
    async close() {
      await reader.close();
      await testStack.close();
      await proxy.close();
      await model.close();
      thief.close();
      receiver.close();
    },
  };
}

/** Escapes non-ASCII characters, which a prompt would alter. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
