// Packs the router's training text into worker/agents/routing/training-text.bin, small enough for the Worker's bundle.
// `node dev/router/pack.ts` writes it, `--check` only says whether it is up to date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { parse } from "yaml";
import { wordsOf } from "../../worker/agents/routing/features.ts";
import { shapeOf } from "../../worker/agents/routing/shape.ts";

const here = import.meta.dirname;
const agents = join(here, "../../worker/agents");
const target = join(agents, "routing/training-text.bin");

/**
 * `lexicon.txt` has a line of terms for each agent, `corpus/<agent>.txt` a prompt on each line. What the ranker would
 * leave out is left out here already, and the order, which means nothing, is the one that packs best.
 */
export function trainingText(): string {
  const lexicon = new Map(
    readFileSync(join(here, "lexicon.txt"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).split(",")]),
  );
  return readdirSync(join(here, "corpus"))
    .map((file) => file.replace(/\.txt$/, ""))
    .toSorted()
    .map((name) => {
      const known = new Set(keywordsOf(name).map(barely));
      const terms = new Set((lexicon.get(name) ?? []).map(barely).filter((term) => term !== "" && !known.has(term)));
      const prompts = readFileSync(join(here, "corpus", `${name}.txt`), "utf8")
        .trim()
        .split("\n");
      return [`# ${name}`, [...terms].toSorted().join(","), ...new Set(prompts.map(barely).toSorted())].join("\n");
    })
    .join("\n");
}

/** An agent's own keywords need not be said twice. */
function keywordsOf(name: string): string[] {
  const [head = ""] = readFileSync(join(agents, `prompts/${name}.md`), "utf8")
    .slice(4)
    .split("\n---\n");
  const { keywords }: { keywords: string } = parse(head);
  return keywords.split(",");
}

/** A text as the ranker sees it; with the signs of what it shows, where it shows something. */
function barely(text: string): string {
  const { signs } = shapeOf(text);
  const words = wordsOf(text).join(" ");
  if (signs.length === 0) return words;
  return signs.join() === "<asks>" ? `${words}?` : text.trim();
}

/** The packed text, as it is in the bundle. */
export function packed(): Uint8Array {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 20 };
  return new Uint8Array(brotliCompressSync(trainingText(), { params }));
}

/** Whether the packed text is this one; how well it was packed does not matter. */
export const isUpToDate = (): boolean => brotliDecompressSync(readFileSync(target)).toString("utf8") === trainingText();

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    if (!isUpToDate()) {
      console.error("The router's training text has changed: run node dev/router/pack.ts.");
      process.exitCode = 1;
    }
  } else writeFileSync(target, packed());
}
