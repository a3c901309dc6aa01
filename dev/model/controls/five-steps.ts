import { type Conversation, call } from "../turn.ts";

const numbers = ["one", "two", "three", "four", "five"];

/** Five steps that each write one file, for tests that kill a run halfway and count the files afterwards. */
export const fiveSteps: Conversation = {
  name: "five steps",
  example: "[[five steps]]",
  matches: ({ prompt, tools }) => /\[\[five steps\]\]/i.test(prompt) && tools.has("write_files"),
  *play() {
    for (const [place, number] of numbers.entries()) {
      const step = place + 1;
      const content = `Step ${step} of 5\n${`This line belongs to step ${number}.\n`.repeat(20)}`;
      yield {
        text: `(scripted model) Step ${step} of 5: I write steps/${step}.txt.`,
        calls: [call("write_files", { files: [{ path: `steps/${step}.txt`, content }], message: `Step ${step} of 5` })],
      };
    }
    return { text: "All five steps are written." };
  },
};
