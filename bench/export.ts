// Memory of the runtime while it streams an export of 50 MB. workerd does not report its memory, so this reads the
// resident size from the operating system for the process that hosts both Workers and Pages: an upper bound for an
// isolate.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "../dev/stack.ts";
import { residentBytes } from "./resident.ts";

const files = 100;
const fileBytes = 500_000;
const perBatch = 12;
const mebibyte = 1024 * 1024;

/** `npm run bench export`: prints the times, sizes and peak memory of exports. */
export async function benchExport(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const variables = { RATE_LIMITS: "off", DEFAULT_PLAN: "enterprise", LOG_LEVEL: "error" };
  const stack = await startStack({ dataDir, durable: false, variables });
  try {
    const call = await signUp(stack.appUrl);
    const project = await (await call("/v1/projects", { name: "Large" })).json();
    const path = `/v1/projects/${idOf(project)}`;
    for (let from = 0; from < files; from += perBatch) await call(`${path}/batches`, { operations: operations(from) });
    // Restart the runtime, since memory left over from the uploads would hide the export's; a small export leaves it
    // idle.
    stack.killWorkerd();
    await stack.ready();
    const small = `/v1/projects/${idOf(await (await call("/v1/projects", { name: "Small" })).json())}`;
    await call(`${small}/batches`, { operations: [{ op: "create", path: "a", content: "a" }] });
    await drain(await call(`${small}/archive.zip`));
    const idle = residentBytes(stack.workerd());
    console.log("| what | measured | goal |\n| --- | ---: | ---: |");
    for (const place of ["first", "second", "third"]) {
      const { bytes, seconds, peak } = await measured(stack, () => call(`${path}/archive.zip`));
      const archive = `${place} archive of ${(bytes / mebibyte).toFixed(1)} MiB, in ${seconds.toFixed(1)} s`;
      console.log(`| ${archive}: resident memory above idle | ${((peak - idle) / mebibyte).toFixed(1)} MiB | 32 MiB |`);
    }
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Measures an export: its time, its size, and the peak resident memory of the runtime's process. */
async function measured(stack: Stack, archive: () => Promise<Response>) {
  const pids = stack.workerd();
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(pids));
  }, 10);
  const from = performance.now();
  const bytes = await drain(await archive());
  clearInterval(sampling);
  return { bytes, seconds: (performance.now() - from) / 1_000, peak };
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
