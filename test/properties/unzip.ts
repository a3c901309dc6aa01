import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** Unpacked files: contents by path. */
export type Unzipped = Map<string, Uint8Array>;

/**
 * Whether the machine has `unzip`. Without it the tests say so and check archives with the reader below alone; in CI,
 * which installs it, its absence fails them.
 */
export function hasSystemUnzip(): boolean {
  const found = spawnSync("unzip", ["-v"], { stdio: "ignore" }).error === undefined;
  if (!found) console.warn("no `unzip` on this machine: archives are unpacked by the test's own reader alone");
  return found || process.env.CI === "true";
}

/** Unpacks with the system's `unzip`, into real files of a real folder. */
export function unzipWithSystem(archive: Uint8Array): Unzipped {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-unzip-"));
  try {
    const file = join(folder, "archive.zip");
    const into = join(folder, "files");
    writeFileSync(file, archive);
    run(["-q", "-o", file, "-d", into]);
    return filesOf(into);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(options: string[]): void {
  try {
    execFileSync("unzip", options, { env: { ...process.env, LC_ALL: "C.UTF-8" }, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new Error(
        "This test unpacks archives with the program `unzip`: install it (`apt install unzip`, `brew install unzip`).",
      );
    }
    throw error;
  }
}

function filesOf(folder: string): Unzipped {
  const files: Unzipped = new Map();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), readFileSync(path));
  }
  return files;
}

/**
 * Unpacks strictly by the format's specification, with zlib alone: a second opinion on every archive that needs no
 * program. Reads the index, as most programs do, and compares each local header with it, as streaming programs read
 * those.
 */
export function unzipByHand(archive: Uint8Array): Unzipped {
  const zip = Buffer.from(archive);
  const end = zip.lastIndexOf("PK\x05\x06");
  const files: Unzipped = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.toString("latin1", at, at + 4) !== "PK\x01\x02") throw new Error(`no entry of the index at ${at}`);
    const nameBytes = zip.readUInt16LE(at + 28);
    const rawName = zip.subarray(at + 46, at + 46 + nameBytes);
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawName);
    const isUtf8 = (zip.readUInt16LE(at + 8) & 0x0800) !== 0;
    if (!isUtf8 && rawName.some((byte: number) => byte > 127)) throw new Error(`${name}: not said to be UTF-8`);
    const local = zip.readUInt32LE(at + 42);
    if (!zip.subarray(local + 30, local + 30 + nameBytes).equals(rawName)) throw new Error(`${name}: two names`);
    const from = local + 30 + nameBytes + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    const bytes = zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    if (bytes.length !== zip.readUInt32LE(at + 24)) throw new Error(`${name}: ${bytes.length} bytes`);
    files.set(name, bytes);
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
