import type { TrainingExample } from "./training-examples.ts";
import packedText from "./training-text.bin";

/** The training examples beside the built-in agents' files, as dev/router/ has them: more prompts, and the words of each field. */
export function packedLessons(): TrainingExample[] {
  // Not imported: `node:zlib` took 2 of the 100 ms in which an isolate has to start.
  const { brotliDecompressSync } = process.getBuiltinModule("node:zlib");
  const text: string = brotliDecompressSync(new Uint8Array(packedText)).toString("utf8");
  return text
    .split(/^# /m)
    .slice(1)
    .flatMap((section) => {
      const [agent = "", terms = "", ...prompts] = section.split("\n");
      const texts = [...terms.split(","), ...prompts.map((prompt) => prompt.replaceAll("\\n", "\n"))];
      return texts.filter((one) => one !== "").map((one) => ({ agent, text: one }));
    });
}
