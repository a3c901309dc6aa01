// `npm run bench words [commit…]`: the vocabulary of the code, of the working tree and of the named commits.
import { measuredWords, measureWords, type WordFigures } from "../dev/words/measure-words.ts";
import { sources, subjects } from "../dev/words/sources.ts";

/** Prints the frequencies of words in comments, and the shares of well-formed test names and commit subjects. */
export async function benchWords(commits = process.argv.slice(3)): Promise<void> {
  const columns = [
    ...commits.map((commit) => ({ name: commit, figures: measureWords(sources(commit), subjects(commit)) })),
    { name: "working tree", figures: measureWords(sources(), subjects()) },
  ];
  const row = (title: string, cell: (figures: WordFigures) => string) =>
    console.log(`| ${title} | ${columns.map(({ figures }) => cell(figures)).join(" | ")} |`);
  console.log(`| per 10,000 words of comments | ${columns.map(({ name }) => name).join(" | ")} |`);
  console.log(`| --- | ${columns.map(() => "---:").join(" | ")} |`);
  for (const word of measuredWords) row(`"${word}"`, ({ frequencies }) => (frequencies[word] ?? 0).toFixed(1));
  row("words of comments", (figures) => String(figures.commentWords));
  row("test names that read as a sentence", (figures) => share(figures.sentences, figures.testNames));
  row("subjects over 72 characters", (figures) => share(figures.longSubjects, figures.subjects));
  row("the same, without the commits of the columns before", (figures) => {
    const earlier = columns[columns.findIndex((column) => column.figures === figures) - 1]?.figures;
    return share(figures.longSubjects - (earlier?.longSubjects ?? 0), figures.subjects - (earlier?.subjects ?? 0));
  });
}

const share = (part: number, all: number) => `${part} of ${all} (${((part / all) * 100).toFixed(0)} %)`;
