import { asksToBuild, brief, callTools, mayWrite } from "../parts/call-tools.ts";
import { edited, type FileEdits } from "../parts/edit.ts";
import { type Edit, leftOver, repair, unique } from "../parts/repair.ts";
import { contentOf, diagnosticsIn, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

type Slip = { wrong: RegExp; right: string; name: string };

/** Mistakes that a single line reveals, in any project. */
const slips: Slip[] = [
  { wrong: /\.lenght\b/, right: ".length", name: "`length` misspelt" },
  { wrong: /\.innerHtml\b/, right: ".innerHTML", name: "`innerHTML` misspelt" },
  { wrong: /\baddEventListner\b/, right: "addEventListener", name: "`addEventListener` misspelt" },
  { wrong: /\bpreventDefualt\b/, right: "preventDefault", name: "`preventDefault` misspelt" },
  { wrong: /\bdocment\./, right: "document.", name: "`document` misspelt" },
  { wrong: /= (res|response|request)\.json\(\)/, right: "= await $1.json()", name: "a missing `await`" },
  { wrong: /\bif \((\w+) = (?!=)/, right: "if ($1 === ", name: "an assignment where a comparison was meant" },
  { wrong: /(; \w+ )<=( \w+\.length;)/, right: "$1<$2", name: "a loop one step too long" },
];

const code = /\.(tsx?|jsx?|mjs|html)$/;
const anySlip = slips.map(({ wrong }) => wrong.source.replace("(?!=)", "[^=]")).join("|");

/** Finds the mistakes in a file that a single line reveals, with their repair. */
export function slipsIn(path: string, content: string): { file: FileEdits; names: string[] } {
  const edits: Edit[] = [];
  const names: string[] = [];
  for (const [place, line] of content.split("\n").entries()) {
    const slip = slips.find(({ wrong }) => wrong.test(line));
    const find = slip && unique(content, place + 1);
    if (!find) continue;
    edits.push({ find, replace: find.replace(line, line.replace(slip.wrong, slip.right)) });
    names.push(`\`${path}:${place + 1}\`: ${slip.name}`);
  }
  return { file: { path, edits }, names };
}

export const fixBug: Conversation = {
  name: "fix a bug",
  example: "Fix the bug: the page stays empty",
  matches: (task) =>
    mayWrite(task) &&
    !asksToBuild(task.prompt) &&
    /\b(fix|debug|bugs?|broken|repair|does(n't| not) work|not working|crash(es)?|error)\b/i.test(task.prompt),
  *play(task) {
    const [logs, check] = yield* callTools(
      task,
      "A bug is found by evidence and not by guessing: I read the app's logs and check the build first.",
      call("read_logs"),
      call("check"),
    );
    const reported = [...diagnosticsIn(check), ...diagnosticsIn(logs)];
    if (reported.length > 0) {
      const left = yield* repair(task, reported);
      if (left.length === 0) {
        return { text: `Fixed, and the check passes. The cause was: ${brief(reported[0]?.message ?? "")}` };
      }
    }
    const [hits, listed] = yield* callTools(
      task,
      "The reports alone do not say it. I search the code for the slips that I know.",
      call("search_files", { query: anySlip, regex: true }),
      call("list_files"),
    );
    // Without a search tool, scan the files instead.
    const searched = hits?.call.name === "search_files" && !hits.isError;
    const suspects = pathsIn(searched ? hits : (listed ?? hits))
      .filter((path) => code.test(path))
      .slice(0, 10);
    if (suspects.length === 0) {
      const seen =
        reported.length > 0 ? leftOver(reported) : " The build is clean and the logs name no line of the code.";
      return {
        text: `I found nothing that this script can fix.${seen}\n\nA real model could reason about what you see; tell it what you did, what you expected, and what happened.`,
      };
    }
    const [read] = yield* callTools(
      task,
      `${suspects.length === 1 ? "One file looks" : "Some files look"} suspicious. I read on.`,
      call("read_files", { paths: suspects }),
    );
    const found = suspects
      .map((path) => slipsIn(path, contentOf(read, path) ?? ""))
      .filter(({ file }) => file.edits.length > 0);
    if (found.length === 0) return { text: "The suspicious lines turn out to be correct, so I changed nothing." };
    const wrong = yield* edited(
      task,
      "That is it. I change these lines and nothing else.",
      found.map(({ file }) => file),
    );
    if (wrong) return { text: `I found the cause but could not change the file: ${wrong}` };
    const [recheck] = yield* callTools(task, "I check again.", call("check"));
    return {
      text: `Fixed:\n${found
        .flatMap(({ names }) => names)
        .map((name) => `- ${name}`)
        .join("\n")}${leftOver(diagnosticsIn(recheck))}`,
    };
  },
};
