import { appFiles } from "../apps.ts";
import { written } from "../parts/build.ts";
import { asksToBuild, callTools, mayWrite } from "../parts/call-tools.ts";
import { edited, fitting } from "../parts/edit.ts";
import type { Edit } from "../parts/repair.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

type Palette = { name: string; accent: string; soft: string; ground: string };

const forest: Palette = { name: "Forest", accent: "#1f7a4d", soft: "#e2f3ea", ground: "#f4f6f1" };
const palettes: Palette[] = [
  { name: "Ocean", accent: "#0b63ce", soft: "#e3eefc", ground: "#f2f6fa" },
  forest,
  { name: "Sunset", accent: "#c2410c", soft: "#ffeadf", ground: "#fbf5f0" },
  { name: "Berry", accent: "#a3196b", soft: "#fce5f2", ground: "#faf4f8" },
];

/** Returns edits that replace the colour declarations of an example app's style sheet with the palette's values. */
function recoloured(content: string, palette: Palette): Edit[] {
  const values = { accent: palette.accent, "accent-soft": palette.soft, ground: palette.ground };
  return Object.entries(values).flatMap(([name, value]) => {
    const declaration = new RegExp(`^\\s*--${name}:[^;]+;`, "m").exec(content)?.[0].trim();
    return declaration ? [{ find: declaration, replace: `--${name}: ${value};` }] : [];
  });
}

export const colourScheme: Conversation = {
  name: "colour scheme",
  example: "Let me choose a colour scheme",
  matches: (task) =>
    mayWrite(task) &&
    !asksToBuild(task.prompt) &&
    /\b(colou?r (scheme|theme|palette)|colou?rs?\b.*\bchoose|choose\b.*\bcolou?rs?|recolou?r|palette)\b/i.test(
      task.prompt,
    ),
  *play(task) {
    const named = palettes.find(({ name }) => task.prompt.toLowerCase().includes(name.toLowerCase()));
    const [reply] = named
      ? []
      : yield* callTools(
          task,
          "Colours are a matter of taste, so I ask first.",
          call("ask_user", { question: "Which colour scheme do you like?", options: palettes.map(({ name }) => name) }),
        );
    const answer = reply && !reply.isError ? reply.text.toLowerCase() : "";
    const chosen = named ?? palettes.find(({ name }) => answer.includes(name.toLowerCase())) ?? forest;
    const [listed] = yield* callTools(task, `${chosen.name} it is. I look for the style sheet.`, call("list_files"));
    const sheet = pathsIn(listed).find((path) => path.endsWith(".css"));
    if (!sheet) {
      const files = appFiles("landing").map((file) => ({
        path: file.path,
        content: recoloured(file.content, chosen).reduce(
          (text, { find, replace }) => text.replace(find, replace),
          file.content,
        ),
      }));
      const wrong = yield* written(task, {
        text: "There is no page yet, so I create one that uses the colours.",
        message: `A page in ${chosen.name}`,
        files,
      });
      return {
        text: wrong
          ? `I could not write the page: ${wrong}`
          : `Here is a page in ${chosen.name}. Ask again to see it in another scheme.`,
      };
    }
    const [read] = yield* callTools(task, "", call("read_files", { paths: [sheet] }));
    const edits = fitting(contentOf(read, sheet) ?? "", recoloured(contentOf(read, sheet) ?? "", chosen));
    if (edits.length === 0) {
      return {
        text: `\`${sheet}\` keeps its colours in a way that this script does not know (it looks for \`--accent\` and \`--ground\`), or it wears ${chosen.name} already. I change nothing.`,
      };
    }
    const wrong = yield* edited(task, "The colours are named once, at the top, so the change is small.", [
      { path: sheet, edits },
    ]);
    return {
      text: wrong
        ? `The edit failed: ${wrong}`
        : `The app now wears **${chosen.name}**: ${edits.length} declarations in \`${sheet}\` changed, nothing else.`,
    };
  },
};
