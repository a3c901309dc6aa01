// Packs the router's training text into worker/agents/routing/training-text.bin, small enough for the Worker's bundle.
// `node dev/router/build-corpus.ts` writes the file, `--check` only reports whether it is up to date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { parse } from "yaml";
import { wordsOf } from "../../worker/agents/routing/features.ts";
import { shapeOf } from "../../worker/agents/routing/prompt-signals.ts";
import { lessonsOf, type TrainingExample } from "../../worker/agents/routing/training-examples.ts";
import { selectInformative } from "./select-informative.ts";

const here = import.meta.dirname;
const agents = join(here, "../../worker/agents");
const target = join(agents, "routing/training-text.bin");

/**
 * Builds the training text from `lexicon.txt`, a line of terms per agent, and `corpus/<agent>.txt`, a prompt per line.
 * Omits the features that the ranker ignores and the prompts that add no information. The order has no meaning; this
 * one compresses best.
 */
function trainingText(): string {
  const names = readdirSync(join(here, "corpus"))
    .map((file) => file.replace(/\.txt$/, ""))
    .toSorted();
  const terms = new Map(names.map((name) => [name, termsOf(name)]));
  const known = names.flatMap((name) => [
    ...ownExamplesOf(name),
    ...(terms.get(name) ?? []).map((text): TrainingExample => ({ agent: name, text })),
  ]);
  const prompts = selectInformative(names.flatMap(promptsOf), known);
  return names
    .map((name) => {
      const own = prompts.flatMap(({ agent, text }) => (agent === name ? [normalized(text)] : []));
      return [`# ${name}`, (terms.get(name) ?? []).join(","), ...new Set(own.toSorted())].join("\n");
    })
    .join("\n");
}

/** Returns an agent's terms from the lexicon, without the agent's own keywords, which the ranker learns anyway. */
function termsOf(name: string): string[] {
  const line = readFileSync(join(here, "lexicon.txt"), "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const known = new Set(["", ...frontMatterOf(name).keywords.split(",").map(normalized)]);
  const terms = (line ?? "").slice(name.length + 1).split(",");
  return [...new Set(terms.map(normalized))].filter((term) => !known.has(term)).toSorted();
}

const promptsOf = (name: string): TrainingExample[] =>
  [
    ...new Set(
      readFileSync(join(here, "corpus", `${name}.txt`), "utf8")
        .trim()
        .split("\n"),
    ),
  ].map((text) => ({ agent: name, text: text.replaceAll("\\n", "\n") }));

type FrontMatter = { title: string; description: string; keywords: string; examples: string[] };

/** Parses the front matter of an agent's file. */
function frontMatterOf(name: string): FrontMatter {
  const [head = ""] = readFileSync(join(agents, `prompts/${name}.md`), "utf8")
    .slice(4)
    .split("\n---\n");
  return parse(head);
}

function ownExamplesOf(name: string): TrainingExample[] {
  const head = frontMatterOf(name);
  return lessonsOf({ ...head, name, keywords: head.keywords.split(",") });
}

/** Reduces a text to the features that earn their space: its words, and whether it is a question. */
function normalized(text: string): string {
  const { said: withoutSigns, signs } = shapeOf(text);
  const words = wordsOf(withoutSigns).join(" ");
  return signs.includes("<asks>") ? `${words}?` : words;
}

/** Returns the training text as compressed for the bundle. */
function packedCorpus(): Uint8Array {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 20 };
  return new Uint8Array(brotliCompressSync(trainingText(), { params }));
}

/** Whether the bundled file holds the current training text, however well it is compressed. */
export const isUpToDate = (): boolean => brotliDecompressSync(readFileSync(target)).toString("utf8") === trainingText();

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    if (!isUpToDate()) {
      console.error("The router's training text has changed: run node dev/router/build-corpus.ts.");
      process.exitCode = 1;
    }
  } else writeFileSync(target, packedCorpus());
}
