import type { Fault, FaultKind, FaultPoint } from "../../dev/neon-gateway.ts";

const points: FaultPoint[] = ["before-begin", "middle", "before-commit", "after-commit"];
const kinds: FaultKind[] = ["drop", "lost-answer", "unavailable"];

/** Faults that let this share of batches fail, at each point and in each way as often. */
export function anyRequestFails(share: number): Fault[] {
  const each = 1 - (1 - share) ** (1 / (points.length * kinds.length));
  return points.flatMap((at) => kinds.map((kind) => ({ at, kind, probability: each })));
}
