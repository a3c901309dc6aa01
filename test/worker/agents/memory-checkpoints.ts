import type { RunCheckpoints, StoredResult, StoredStep, StoredTurn } from "../../../worker/agents/index.ts";
import type { EmittedEvent, Usage } from "../../../worker/contract/index.ts";
import { noUsage } from "../../../worker/contract/index.ts";

/** Thrown where a test kills the process. */
class Crash extends Error {}

type Point = "before assistant" | "after assistant" | "before result" | "after result";

/** A run's log and checkpoints in memory. `crashAt` kills the run at a point, once: nothing is stored after it. */
export class MemoryJournal implements RunCheckpoints {
  readonly log: EmittedEvent[] = [];
  readonly #steps = new Map<number, { turn: StoredTurn; results: Map<number, StoredResult> }>();
  crashAt: { point: Point; step: number; place?: number } | null = null;
  /** The usage of calls of an earlier process that died. */
  lost: Usage = noUsage;
  #dead = false;

  emit = (event: EmittedEvent): number => {
    if (this.#dead) throw new Crash();
    this.log.push(event);
    return this.log.length;
  };

  /** Starts a new process that reads what the old one stored. */
  revive(): void {
    this.#dead = false;
  }

  steps(): StoredStep[] {
    return [...this.#steps].map(([step, { turn, results }]) => ({ step, turn, results }));
  }

  openStep() {
    const fromSeq = this.log.findLastIndex((event) => event.type === "step.started") + 1;
    const last = this.log[fromSeq - 1];
    if (last?.type !== "step.started" || this.#steps.has(last.step)) return null;
    return { step: last.step, fromSeq };
  }

  lostUsage(): Usage {
    return this.lost;
  }

  saveAssistant(step: number, turn: StoredTurn): void {
    this.#crash("before assistant", step);
    this.#steps.set(step, structuredClone({ turn, results: new Map() }));
    if (step > 0) this.lost = noUsage;
    this.#crash("after assistant", step);
  }

  saveToolResult(step: number, place: number, result: StoredResult): void {
    this.#crash("before result", step, place);
    this.#steps.get(step)?.results.set(place, structuredClone(result));
    this.#crash("after result", step, place);
  }

  #crash(point: Point, step: number, place?: number): void {
    const at = this.crashAt;
    if (at === null || at.point !== point || at.step !== step || at.place !== place) return;
    this.crashAt = null;
    this.#dead = true;
    throw new Crash();
  }
}
