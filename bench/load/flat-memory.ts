// Tells whether memory is flat: the heaps of both Workers' isolates, read by V8's inspector after a garbage collection.
// Resident memory is printed but not judged: V8 has no reason to collect before its limits.
import { setTimeout as pause } from "node:timers/promises";
import { median } from "../figures.ts";
import { IsolateMemory } from "../preview/isolate-memory.ts";
import { residentBytes } from "../resident.ts";

const SAMPLES = 30;
const SHORTEST_MS = 2_000;
/** The isolates' caches fill in the first third; the verdict compares the last third with the second. */
const THIRDS = 3;
const MAX_GROWTH = 1.1;
/** Noise of a collection, which matters only to small heaps. */
const TOLERANCE_BYTES = 2_000_000;

export const WORKERS = ["edgesmith-api", "edgesmith-preview"] as const;
type Ports = { api: number; preview: number };

export type MemorySamples = { heaps: Record<(typeof WORKERS)[number], number[]>; resident: number[] };

/** Samples until the moment of `performance.now()`. */
export async function sampleMemory(ports: Ports, workerd: () => number[], until: number): Promise<MemorySamples> {
  const samples: MemorySamples = { heaps: { "edgesmith-api": [], "edgesmith-preview": [] }, resident: [] };
  const everyMs = Math.max(SHORTEST_MS, (until - performance.now()) / SAMPLES);
  const isolates = await Promise.all(
    WORKERS.map((name) => IsolateMemory.connect(name === "edgesmith-api" ? ports.api : ports.preview, name)),
  );
  while (performance.now() < until) {
    samples.resident.push(residentBytes(workerd()));
    for (const [index, name] of WORKERS.entries()) {
      const bytes = await isolates[index]?.heldBytes();
      if (bytes !== undefined) samples.heaps[name].push(bytes);
    }
    await pause(everyMs);
  }
  for (const isolate of isolates) isolate.close();
  return samples;
}

/** Judges the heap of one isolate. */
export function judgeHeap(bytes: number[]): { isFlat: boolean; text: string } {
  const size = Math.ceil(bytes.length / THIRDS);
  const [first = 0, before = 0, last = 0] = Array.from({ length: THIRDS }, (_, third) =>
    median(bytes.slice(third * size, (third + 1) * size)),
  );
  const isFlat = bytes.length >= THIRDS && last <= before * MAX_GROWTH + TOLERANCE_BYTES;
  return { isFlat, text: `${[first, before, last].map(megabytes).join(", ")} MB by thirds of the time` };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Describes resident memory, which is not judged. */
export function describeResident(bytes: number[]): string {
  const size = Math.ceil(bytes.length / THIRDS);
  const thirds = Array.from({ length: THIRDS }, (_, third) => median(bytes.slice(third * size, (third + 1) * size)));
  return `${thirds.map((one) => (one / 1e6).toFixed(0)).join(", ")} MB by thirds of the time`;
}
