import type { TrainingExample } from "./training-examples.ts";
import packedText from "./training-text.bin";

/**
 * Returns the packed training examples of dev/router/, in addition to the built-in agents' files: prompts, and the
 * terms of each field.
 */
export function packedLessons(): TrainingExample[] {
  // Loaded on demand: importing `node:zlib` took 2 of an isolate's 100 ms of start-up time.
  const { brotliDecompressSync } = process.getBuiltinModule("node:zlib");
  const text: string = brotliDecompressSync(new Uint8Array(packedText)).toString("utf8");
  return text
    .split(/^# /m)
    .slice(1)
    .flatMap((section) => {
      const [agent = "", terms = "", ...prompts] = section.split("\n");
      const texts = [...terms.split(","), ...prompts.map((prompt) => prompt.replaceAll("\\n", "\n"))];
      return texts.filter((example) => example !== "").map((example) => ({ agent, text: example }));
    });
}
