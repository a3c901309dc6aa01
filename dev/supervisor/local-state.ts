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

/** The secrets that are made once and kept, so that sessions outlive a restart; readable by their owner alone. */
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

export function writeLocalState(dataDir: string, state: LocalState): void {
  const path = statePath(dataDir);
  writeFileSync(`${path}.unfinished`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.unfinished`, path);
}

const statePath = (dataDir: string) => join(dataDir, "local-state.json");

/**
 * Takes the data folder for this process; raises when another supervisor that is alive has it.
 * @returns what lets go of it again.
 */
export function takeDataDir(dataDir: string): { holder: string } {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o711); // The account that PostgreSQL runs under when we are root must be able to pass.
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
