import { asksToBuild, callTools, mayWrite } from "../parts/call-tools.ts";
import { edited, fitting } from "../parts/edit.ts";
import { checked, leftOver } from "../parts/repair.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

const darkTokens = `@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #131219;
    --surface: #1d1b26;
    --ink: #f1effa;
    --quiet: #a7a2b8;
    --line: #322f40;
    --accent: #a594ff;
    --accent-soft: #2b2548;
    --on-accent: #16131f;
    --danger: #ff8a80;
    --shadow: 0 12px 32px -12px rgb(0 0 0 / 60%);
  }
}

`;

export const darkMode: Conversation = {
  name: "dark mode",
  example: "Add dark mode",
  matches: (task) =>
    mayWrite(task) && !asksToBuild(task.prompt) && /\b(dark|night)[ -]?(mode|theme)\b/i.test(task.prompt),
  *play(task) {
    const [listed] = yield* callTools(task, "Dark mode belongs in the style sheet. I look for it.", call("list_files"));
    const sheets = pathsIn(listed).filter((path) => path.endsWith(".css"));
    if (sheets.length === 0)
      return { text: "The project has no style sheet yet. Build something first, then ask again." };
    const [read] = yield* callTools(task, "I read the colours that are there.", call("read_files", { paths: sheets }));
    const sheet = sheets.find((path) => /--ground:/.test(contentOf(read, path) ?? ""));
    const content = sheet && contentOf(read, sheet);
    if (!sheet || !content) {
      return {
        text: "The style sheet does not keep its colours in variables that this script knows (such as `--ground` and `--ink`), so I would only guess. I change nothing.",
      };
    }
    if (/prefers-color-scheme:\s*dark/.test(content))
      return { text: `\`${sheet}\` has a dark mode already: it follows the system's setting.` };
    const edits = fitting(content, [
      { find: "\nbody {\n", replace: `\n${darkTokens}body {\n` },
      { find: "color-scheme: light;", replace: "color-scheme: light dark;" },
    ]);
    const wrong = yield* edited(
      task,
      "All colours are variables, so a second set of values is enough. It follows the system's setting.",
      [{ path: sheet, edits }],
    );
    if (wrong) return { text: `The edit failed: ${wrong}` };
    const left = yield* checked(task, "I check the project.");
    return {
      text: `Dark mode is in \`${sheet}\` and follows the system's setting; every colour keeps enough contrast to read.${leftOver(left)}`,
    };
  },
};
