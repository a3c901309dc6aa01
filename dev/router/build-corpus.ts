// Packs the router's training text into worker/agents/routing/training-text.bin, small enough for the Worker's bundle.
// `node dev/router/build-corpus.ts` writes it, `--check` only says whether it is up to date.
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
 * `lexicon.txt` has a line of terms for each agent, `corpus/<agent>.txt` a prompt on each line. What the ranker would
 * leave out is left out here already, and so are prompts that tell it nothing new; the order, which means nothing, is
 * the one that packs best.
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

/** An agent's line of the lexicon, without its own keywords, which need not be said twice. */
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

/** The front matter of an agent's file. */
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

/** A text as the ranker sees it: its words, and whether it asks. What else it shows takes room and told nothing more. */
function normalized(text: string): string {
  const { said, signs } = shapeOf(text);
  const words = wordsOf(said).join(" ");
  return signs.includes("<asks>") ? `${words}?` : words;
}

/** The packed text, as it is in the bundle. */
function packedCorpus(): Uint8Array {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 20 };
  return new Uint8Array(brotliCompressSync(trainingText(), { params }));
}

/** Whether the packed text is this one; how well it was packed does not matter. */
export const isUpToDate = (): boolean => brotliDecompressSync(readFileSync(target)).toString("utf8") === trainingText();

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    if (!isUpToDate()) {
      console.error("The router's training text has changed: run node dev/router/build-corpus.ts.");
      process.exitCode = 1;
    }
  } else writeFileSync(target, packedCorpus());
}
