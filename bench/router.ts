// Accuracy and time of each ranker on the labelled prompts of test/router. The last row is the ranker in use. No ranker
// is tuned on the unseen prompts, the blind prompts, or the held-out half of the others.
import { blind } from "../test/router/blind.ts";
import { type LabelledPrompts, labelled } from "../test/router/labelled.ts";
import { others, othersTuning } from "../test/router/others.ts";
import { tuning } from "../test/router/tuning.ts";
import { unseen } from "../test/router/unseen.ts";
import { median } from "./figures.ts";
import type { Rank } from "./router/by-score.ts";
import { loadAgents } from "./router/load.ts";
import { rankers } from "./router/rankers.ts";

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** `npm run bench router`: prints each ranker's accuracy and time. */
export async function benchRouter(): Promise<void> {
  const lessons = await loadAgents();
  const sets = { tuning, unseen, "others, tuning": othersTuning, "others, held out": others, blind };
  const counts = Object.entries(sets).map(([name, set]) => `${name} ${labelled(set).length}`);
  console.log(`Prompts: ${counts.join("; ")}. ${lessons.length} lessons.\n`);
  const heads = Object.keys(sets).map((name) => `${name}: first / among three`);
  console.log(`| ranker | ${heads.join(" | ")} | a prompt | to learn |`);
  console.log(`| --- | ${heads.map(() => "---:").join(" | ")} | ---: | ---: |`);
  for (const [name, learn] of Object.entries(rankers)) {
    const from = process.cpuUsage();
    const rank = learn(lessons);
    const learnt = process.cpuUsage(from);
    const results = Object.values(sets).map((set) => measured(rank, set));
    const figures = results.map((result) => result.figures).join(" | ");
    const cpuMs = (learnt.user + learnt.system) / 1_000;
    const ms = median(results.map((result) => result.ms));
    console.log(`| ${name} | ${figures} | ${ms.toFixed(2)} ms | ${cpuMs.toFixed(0)} ms |`);
  }
}

function measured(rank: Rank, set: LabelledPrompts): { figures: string; ms: number } {
  const prompts = labelled(set);
  let first = 0;
  let firstThree = 0;
  const times: number[] = [];
  for (const { agent, prompt } of prompts) {
    const from = performance.now();
    const ranked = rank(prompt);
    times.push(performance.now() - from);
    if (ranked[0] === agent) first += 1;
    if (ranked.slice(0, 3).includes(agent)) firstThree += 1;
  }
  const figures = `${percent(first, prompts.length)} / ${percent(firstThree, prompts.length)}`;
  return { figures, ms: median(times) };
}
