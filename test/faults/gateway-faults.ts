import type { Fault, FaultKind, FaultPoint } from "../../dev/neon-gateway.ts";

const points: FaultPoint[] = ["before-begin", "middle", "before-commit", "after-commit"];
const kinds: FaultKind[] = ["drop", "lost-answer", "unavailable"];

/** Returns faults that fail this share of batches, equally often at each point and of each kind. */
export function anyRequestFails(share: number): Fault[] {
  const each = 1 - (1 - share) ** (1 / (points.length * kinds.length));
  return points.flatMap((at) => kinds.map((kind) => ({ at, kind, probability: each })));
}
