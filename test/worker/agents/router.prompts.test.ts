import { describe, expect, it } from "vitest";
import { builtIn, routerOf } from "../../../worker/agents/index.ts";
import { blind } from "../../router/blind.ts";
import { type LabelledPrompts, labelled } from "../../router/labelled.ts";
import { others, othersTuning } from "../../router/others.ts";
import { tuning } from "../../router/tuning.ts";
import { unseen } from "../../router/unseen.ts";

const router = routerOf(builtIn);

/** Returns how many of a hundred prompts go to the right agent, and how many have it among the first three. */
function measured(set: LabelledPrompts): { first: number; firstThree: number } {
  const prompts = labelled(set);
  const routed = prompts.map(({ agent, prompt }) => ({ agent, routing: router.route(prompt) }));
  const first = routed.filter(({ agent, routing }) => routing.agent === agent);
  const firstThree = routed.filter(({ agent, routing }) =>
    routing.candidates.slice(0, 3).some((candidate) => candidate.agent === agent),
  );
  return { first: (100 * first.length) / prompts.length, firstThree: (100 * firstThree.length) / prompts.length };
}

describe("the labelled prompts", () => {
  it("the labelled prompts are at least a thousand, each for an existing agent, and none in both parts", () => {
    const one = [...labelled(tuning), ...labelled(othersTuning)];
    const other = [...labelled(unseen), ...labelled(others), ...labelled(blind)];
    expect(one.length + other.length).toBeGreaterThanOrEqual(1_000);
    for (const { agent } of [...one, ...other]) builtIn.get(agent);
    const texts = new Set(one.map(({ prompt }) => prompt));
    expect(other.filter(({ prompt }) => texts.has(prompt))).toEqual([]);
  });

  it("No labelled prompt is an agent's example", () => {
    const examples = new Set(builtIn.list().flatMap((agent) => agent.examples));
    const heldOut = [...labelled(unseen), ...labelled(others), ...labelled(blind)];
    expect(heldOut.filter(({ prompt }) => examples.has(prompt))).toEqual([]);
  });

  it("the router sends four in five labelled prompts to the right agent, and nineteen in twenty have it among three", () => {
    const [ofUnseen, ofOthers, ofBlind] = [measured(unseen), measured(others), measured(blind)];
    expect(ofUnseen.first).toBeGreaterThanOrEqual(94);
    expect(ofUnseen.firstThree).toBeGreaterThanOrEqual(97);
    expect(ofOthers.first).toBeGreaterThanOrEqual(89);
    expect(ofOthers.firstThree).toBeGreaterThanOrEqual(96);
    expect(ofBlind.first).toBeGreaterThanOrEqual(86);
    expect(ofBlind.firstThree).toBeGreaterThanOrEqual(96);
    for (const set of [tuning, othersTuning]) expect(measured(set).first).toBeGreaterThanOrEqual(90);
  });
});
