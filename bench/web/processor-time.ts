import type { Browser, Page } from "@playwright/test";
import { z } from "zod";

const traceEvent = z.object({
  name: z.string(),
  pid: z.int(),
  tid: z.int(),
  args: z.object({ name: z.unknown() }).partial().optional(),
  /** The processor time of the thread, in microseconds. */
  tdur: z.number().optional(),
});
const traceFile = z.object({ traceEvents: z.array(traceEvent) });

/** The processor time of a page's main thread, in milliseconds: of its longest task, and of all. */
export type ProcessorTime = { longest: number; sum: number };

/**
 * Traces a page at full speed while something happens. Unlike the clock, the processor time of a thread does not include
 * the time of other programs on the machine.
 */
export async function processorTime(
  browser: Browser,
  page: Page,
  happens: () => Promise<unknown>,
): Promise<ProcessorTime> {
  await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
  await happens();
  const { traceEvents } = traceFile.parse(JSON.parse((await browser.stopTracing()).toString()));
  const threadOf = ({ pid, tid }: { pid: number; tid: number }) => `${pid}/${tid}`;
  const main = new Set(traceEvents.filter((one) => one.args?.name === "CrRendererMain").map(threadOf));
  const times = new Map<string, ProcessorTime>();
  for (const event of traceEvents) {
    const thread = threadOf(event);
    if (event.name !== "RunTask" || event.tdur === undefined || !main.has(thread)) continue;
    const ms = event.tdur / 1_000;
    const { longest, sum } = times.get(thread) ?? { longest: 0, sum: 0 };
    times.set(thread, { longest: Math.max(longest, ms), sum: sum + ms });
  }
  // Other renderers are idle pages of the browser's own.
  const [busiest] = [...times.values()].sort((one, other) => other.sum - one.sum);
  if (busiest === undefined) throw new Error("The trace has no task of the page.");
  return busiest;
}
