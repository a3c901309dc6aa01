// Runs as their viewers see them, against a whole Edgesmith on this machine: Pages, the Worker, the Session, PostgreSQL
// and the scripted model. Each row shows the figure, its goal, and the peer's figure (Cloudflare's Agents SDK 0.32.0
// with ai-chat 0.12.2, on a machine of the same kind).
import { loadavg } from "node:os";
import { median, percentile } from "./figures.ts";
import { measureBaseline, referenceMs } from "./runs/baseline.ts";
import { databaseDelayMs, measureDistant } from "./runs/distant-database.ts";
import { fanOut } from "./runs/fan-out.ts";
import { firstDelta } from "./runs/first-delta.ts";
import { resume, storm } from "./runs/reconnect.ts";
import { openStage, type Stage } from "./runs/stage.ts";
import { cancelling, memory, resuming } from "./runs/supervision.ts";

const viewers = 100;
const reconnecting = 50;

type Row = [what: string, measured: string, goal: string, peer: string];

/** `npm run bench runs`, or `npm run bench runs fan-out` for one part. */
export async function benchRuns(): Promise<void> {
  const only = process.argv[3];
  const stage = await openStage();
  try {
    console.log(`Load of the machine before: ${loadavg()[0]?.toFixed(1)}.\n`);
    const before = await measureBaseline(stage);
    console.log("| what | measured | goal | peer |\n| --- | ---: | ---: | ---: |");
    for (const [name, part] of Object.entries(parts)) {
      if (only !== undefined && only !== name) continue;
      for (const row of await part(stage)) console.log(`| ${row.join(" | ")} |`);
    }
    console.log(`\nLoad of the machine after: ${loadavg()[0]?.toFixed(1)}.`);
    const after = await measureBaseline(stage);
    // Use the faster of the two baselines, so that other load on the machine never flatters a figure.
    const slower = Math.min(before, after) / referenceMs;
    console.log(
      `\`SELECT 1\` through the gateway: ${before.toFixed(2)} ms before, ${after.toFixed(2)} ms after; ${referenceMs} ms where the goals were set.`,
      `A time here, divided by ${slower.toFixed(2)}, compares with its goal.`,
    );
  } finally {
    await stage.close();
  }
}

const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const both = (values: number[]): string => `${ms(median(values))} / ${ms(percentile(values, 95))}`;

const parts: Record<string, (stage: Stage) => Promise<Row[]>> = {
  async "first-delta"(stage) {
    const { direct, through } = await firstDelta(stage, 60);
    const more = `${ms(median(through) - median(direct))} / ${ms(percentile(through, 95) - percentile(direct, 95))}`;
    return [
      ["first delta, the model called directly, p50 / p95", both(direct), "", ""],
      ["first delta of a new run, p50 / p95", both(through), "", ""],
      ["the second more than the first, p50 / p95", more, "10 / 15 ms", "12.5–13.9 / 16–20 ms"],
    ];
  },
  async distant(stage) {
    const timesByClient = await measureDistant(stage, 20);
    return Object.entries(timesByClient).map(([client, times]) => {
      const responseTime = ms(median(times.map((one) => one.responseMs)));
      const firstDeltaTime = ms(median(times.map((one) => one.firstDeltaMs)));
      return [
        `${databaseDelayMs} ms from the database, ${client}: answer / first delta`,
        `${responseTime} / ${firstDeltaTime}`,
        "",
        "",
      ];
    });
  },
  async "fan-out"(stage) {
    const rows: Row[] = [];
    for (const transport of ["socket", "stream"] as const) {
      const { latencies, bytesPerFrame } = await fanOut(stage, transport, viewers);
      const what = `${viewers} viewers (${transport}) of 50 deltas a second, p50 / p95`;
      rows.push([what, both(latencies), "7 / 12 ms", "7.0 / 12–14 ms"]);
      rows.push([`bytes a frame (${transport})`, bytesPerFrame.toFixed(0), "", "172"]);
    }
    return rows;
  },
  async resume(stage) {
    const { ms: times, missed, bytes, whole } = await resume(stage, 30);
    return [
      ["resume within a run of 10,000 deltas, p50 / p95", both(times), "60 ms", "119 ms"],
      [`bytes for ${median(missed)} events missed`, median(bytes).toFixed(0), "in proportion", "903,000"],
      ["bytes of the whole so far", whole.toFixed(0), "", ""],
    ];
  },
  async storm(stage) {
    const { ms: times, maxWaitMs } = await storm(stage, reconnecting, 5);
    return [
      [`${reconnecting} viewers back at once, all caught up`, ms(median(times)), "500 ms", "4,300–4,900 ms"],
      ["longest wait of one who stayed", ms(maxWaitMs), "100 ms", "2,000–2,400 ms"],
    ];
  },
  async cancel(stage) {
    return [["cancel reaches the model, p50 / p95", both(await cancelling(stage, 20)), "60 ms", "61–75 ms"]];
  },
  async memory(stage) {
    // The heap of a fresh runtime grows until V8's first major collection.
    const held = await memory(stage, 200, 12);
    const what = "the runtime's memory in MiB after 200, 400, … 2,400 runs that viewers left";
    return [[what, held.map((one) => one.toFixed(0)).join(", "), "flat", ""]];
  },
  async kill(stage) {
    return [["a killed run goes on after the restart, p50 / p95", both(await resuming(stage, 5)), "3 s", "23–24 s"]];
  },
};
