// What the API Worker's process holds while it streams out a project of 50 MB. workerd tells nothing of its memory, so
// the operating system is asked, for the process that holds both Workers.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "../dev/stack.ts";

const files = 100;
const fileBytes = 500_000;
const perBatch = 12;
const mebibyte = 1024 * 1024;

export async function benchExport(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const variables = { RATE_LIMITS: "off", DEFAULT_PLAN: "enterprise", LOG_LEVEL: "error" };
  const stack = await startStack({ dataDir, durable: false, variables });
  try {
    const call = await signUp(stack.appUrl);
    const project = await (await call("/v1/projects", { name: "Large" })).json();
    const path = `/v1/projects/${idOf(project)}`;
    for (let from = 0; from < files; from += perBatch) await call(`${path}/batches`, { operations: operations(from) });
    // The first export warms up what every later one uses.
    await drain(await call(`${path}/archive.zip`));
    const pids = stack.workerd();
    const idle = residentBytes(pids);
    let peak = idle;
    const sampling = setInterval(() => {
      peak = Math.max(peak, residentBytes(pids));
    }, 10);
    const from = performance.now();
    const bytes = await drain(await call(`${path}/archive.zip`));
    clearInterval(sampling);
    const seconds = (performance.now() - from) / 1_000;
    console.log("| what | measured | goal |\n| --- | ---: | ---: |");
    console.log(`| archive | ${(bytes / mebibyte).toFixed(1)} MiB in ${seconds.toFixed(1)} s | |`);
    console.log(`| resident memory above idle, at most | ${((peak - idle) / mebibyte).toFixed(1)} MiB | 32 MiB |`);
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Call = (path: string, body?: unknown) => Promise<Response>;

async function signUp(appUrl: string): Promise<Call> {
  const headers = { Origin: appUrl, "Content-Type": "application/json" };
  const body = JSON.stringify({ name: "Bench", email: "bench@example.com", password: "correct horse" });
  const answer = await fetch(`${appUrl}/v1/auth/sign-up/email`, { method: "POST", headers, body });
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return async (path, input) => {
    const init = input === undefined ? {} : { method: "POST", body: JSON.stringify(input) };
    const response = await fetch(appUrl + path, { headers: { ...headers, Cookie: cookie }, ...init });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}

const operations = (from: number) =>
  Array.from({ length: Math.min(perBatch, files - from) }, (_, index) => ({
    op: "create",
    path: `data/${from + index}.bin`,
    encoding: "base64",
    content: randomBytes(fileBytes).toString("base64"),
  }));

function idOf(project: unknown): string {
  if (typeof project === "object" && project !== null && "id" in project) return String(project.id);
  throw new Error("the project has no id");
}

async function drain(response: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  return bytes;
}

function residentBytes(pids: number[]): number {
  return pids
    .map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024)
    .reduce((sum, one) => sum + one, 0);
}
