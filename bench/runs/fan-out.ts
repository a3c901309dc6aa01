import { listenForDeltas, wordNumbersIn } from "./deltas.ts";
import { newRun, type Stage } from "./stage.ts";
import { type Watching, watchSocket, watchStream } from "./watch.ts";

export type FanOut = { latencies: number[]; bytesPerFrame: number };

const prompt = "[[stream 750 deltas at 50 per second]]";

/**
 * Measures the milliseconds from the model's delta to each viewer. The delta is in the log before a viewer receives it.
 */
export async function fanOut(stage: Stage, transport: "stream" | "socket", viewers: number): Promise<FanOut> {
  const modelDeltas = listenForDeltas(stage.stack, prompt);
  const run = await newRun(stage, prompt);
  const latencies: number[] = [];
  const count = { frames: 0, bytes: 0 };
  let countFrom = Number.POSITIVE_INFINITY;
  const viewer = (): Promise<Watching> => {
    let newest = 0;
    const take = (text: string) => {
      const now = performance.now();
      if (!text.includes("text.delta")) return;
      const places = wordNumbersIn(text).filter((place) => place > newest);
      newest = places.at(-1) ?? newest;
      const counted = places.flatMap((place) => modelDeltas.at[place - 1] ?? []).filter((at) => at > countFrom);
      for (const at of counted) latencies.push(now - at);
      if (counted.length === 0) return;
      count.frames += 1;
      count.bytes += text.length;
    };
    return transport === "stream" ? watchStream(stage, run, 0, take) : watchSocket(stage, run, take);
  };
  const watching = await Promise.all(Array.from({ length: viewers }, viewer));
  // All viewers are connected; earlier deltas were delayed by their connecting.
  countFrom = performance.now() + 1_000;
  await Promise.all(watching.map(({ ended }) => ended));
  for (const { cut } of watching) cut();
  modelDeltas.stop();
  return { latencies, bytesPerFrame: count.bytes / count.frames };
}
