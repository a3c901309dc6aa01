import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { commandLine, isAlive } from "../processes.ts";

const localState = z.object({
  authSecret: z.string().min(32),
  databasePassword: z.string().min(1),
  databasePort: z.number().int().optional(),
});
export type LocalState = z.infer<typeof localState>;

/**
 * Reads the secrets that are generated once and stored, so that sessions survive a restart. Only their owner can read
 * the file.
 */
export function readLocalState(dataDir: string): LocalState {
  const path = statePath(dataDir);
  if (existsSync(path)) return localState.parse(JSON.parse(readFileSync(path, "utf8")));
  const fresh = {
    authSecret: randomBytes(32).toString("base64url"),
    databasePassword: randomBytes(16).toString("hex"),
  };
  writeLocalState(dataDir, fresh);
  return fresh;
}

/** Writes the local state atomically, readable only by its owner. */
export function writeLocalState(dataDir: string, state: LocalState): void {
  const path = statePath(dataDir);
  writeFileSync(`${path}.unfinished`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.unfinished`, path);
}

const statePath = (dataDir: string) => join(dataDir, "local-state.json");

/**
 * Locks the data folder for this process.
 * @returns the path of the lock file
 * @throws Error when another live supervisor holds it
 */
export function takeDataDir(dataDir: string): { holder: string } {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o711); // When this process is root, the account that runs PostgreSQL must be able to traverse the folder.
  const holder = join(dataDir, "supervisor.pid");
  const pid = existsSync(holder) ? Number.parseInt(readFileSync(holder, "utf8"), 10) : Number.NaN;
  if (pid > 0 && pid !== process.pid && isAlive(pid) && commandLine(pid)?.includes("node") !== false) {
    throw new Error(
      `${dataDir} is in use by another Edgesmith (process ${pid}). Stop it, or set EDGESMITH_DATA to another folder.`,
    );
  }
  writeFileSync(holder, `${process.pid}\n`);
  return { holder };
}
