import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../dev/ports.ts";
import { QUIET_WRANGLER } from "../../../dev/supervisor/builds.ts";
import { bundlePeer } from "./bundle.ts";
import type { PeerInput } from "./input.ts";

export type Peer = { port: number; close(): Promise<void> };

const program = fileURLToPath(new URL("./process.ts", import.meta.url));

/**
 * Starts the peer in a process and a temporary folder of its own; `close` removes both. Its packages must be installed.
 */
export async function openPeer(modelUrl: string): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-peer-"));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  try {
    const input: PeerInput = {
      bundle: join(folder, "worker.js"),
      stateDir: join(folder, "state"),
      port: await freePort(),
      modelUrl,
    };
    await bundlePeer(input.bundle);
    const child = await start(input);
    const close = async () => {
      await stop(child);
      forget();
    };
    return { port: input.port, close };
  } catch (error) {
    forget();
    throw error;
  }
}

async function start(input: PeerInput): Promise<ChildProcess> {
  const env = { ...process.env, ...QUIET_WRANGLER, NODE_NO_WARNINGS: "1" };
  const child = fork(program, [JSON.stringify(input)], { stdio: ["ignore", 2, 2, "ipc"], env });
  const isReady = await Promise.race([once(child, "message").then(() => true), once(child, "exit").then(() => false)]);
  if (!isReady) throw new Error("The peer did not start; see its output above.");
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, "exit");
}
