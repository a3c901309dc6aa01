import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type Cached = { content: Buffer; ageMs: number };

/** Creates a cache of files by name. Writes are atomic: a killed process leaves a whole file or none. */
export function createDiskCache(folder: string) {
  mkdirSync(folder, { recursive: true });
  const place = (name: string) => join(folder, createHash("sha256").update(name).digest("hex"));
  return {
    async read(name: string): Promise<Cached | undefined> {
      try {
        const [content, { mtimeMs }] = await Promise.all([readFile(place(name)), stat(place(name))]);
        return { content, ageMs: Date.now() - mtimeMs };
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async write(name: string, content: Buffer): Promise<void> {
      const unfinished = join(folder, `${randomUUID()}.unfinished`);
      await writeFile(unfinished, content);
      await rename(unfinished, place(name));
    },
  };
}
