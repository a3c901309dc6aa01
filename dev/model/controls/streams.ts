import { type Conversation, only } from "../turn.ts";

const deltasMark = /\[\[stream (\d+) deltas at (\d+(?:\.\d+)?) ms\]\]/i;
const rateMark = /\[\[stream (\d+) deltas at (\d+) per second\]\]/i;
const wordsMark = /\[\[text of (\d+) words\]\]/i;

/** Yields numbered words, so that a reader can detect a missing, duplicated or reordered one. */
function* words(count: number): Generator<string> {
  for (let place = 1; place <= count; place++) yield place === 1 ? "w1" : ` w${place}`;
}

export const streamOfDeltas: Conversation = {
  name: "stream of deltas",
  example: "[[stream 10000 deltas at 0 ms]]",
  matches: ({ prompt }) => deltasMark.test(prompt) || rateMark.test(prompt),
  play({ prompt }) {
    const rate = rateMark.exec(prompt);
    const found = rate ?? deltasMark.exec(prompt);
    const paceMs = rate ? 1000 / Math.max(1, Number(rate[2])) : Number(found?.[2] ?? 0);
    return only({ deltas: words(Number(found?.[1] ?? 0)), paceMs });
  },
};

export const textOfWords: Conversation = {
  name: "text of words",
  example: "[[text of 500 words]]",
  matches: ({ prompt }) => wordsMark.test(prompt),
  play: ({ prompt }) => only({ text: [...words(Number(wordsMark.exec(prompt)?.[1] ?? 0))].join("") }),
};
