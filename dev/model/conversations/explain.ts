import { callTools, mayWrite } from "../parts/call-tools.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call, type Outcome, type Part, type Task } from "../turn.ts";

const code = /\.(tsx?|jsx?|mjs|html|css|md|json)$/;
const first = /(^|\/)(index\.html|package\.json|README\.md|main\.\w+|server\.\w+)$/;

/** Lists the project's files and reads the ten most informative at most, entry points first. */
export function* surveyed(task: Task, text: string): Part<{ paths: string[]; read: Outcome | undefined }> {
  const [listed] = yield* callTools(task, text, call("list_files"));
  const paths = pathsIn(listed);
  const telling = paths.filter((path) => code.test(path)).sort((a, b) => Number(first.test(b)) - Number(first.test(a)));
  if (telling.length === 0) return { paths, read: undefined };
  const [read] = yield* callTools(
    task,
    "I read the files that say most about it.",
    call("read_files", { paths: telling.slice(0, 10) }),
  );
  return { paths, read };
}

const all = (content: string, pattern: RegExp): string[] => [
  ...new Set([...content.matchAll(pattern)].map(([, found = ""]) => found)),
];

/** Describes a file from its text. */
function characterise(path: string, content: string): string {
  const lines = `${content.split("\n").length} lines`;
  const title = /<title>([^<]+)<\/title>/.exec(content)?.[1];
  const names = all(content, /export (?:default )?(?:async )?(?:class|function\*?|const|type|interface) (\w+)/g);
  const routes = all(content, /["'`](\/api\/[\w/:-]*)/g);
  const comment = /^\s*\/\*\*\s*(.+?)\s*\*\/|^\s*\/\/ (.+)/m.exec(content);
  const traits = [
    title && `the page “${title}”`,
    names.length > 0 &&
      `has ${names
        .slice(0, 6)
        .map((name) => `\`${name}\``)
        .join(", ")}`,
    routes.length > 0 &&
      `speaks of ${routes
        .slice(0, 6)
        .map((route) => `\`${route}\``)
        .join(", ")}`,
    (comment?.[1] ?? comment?.[2]) && `says of itself: “${comment?.[1] ?? comment?.[2]}”`,
  ].filter(Boolean);
  return `- \`${path}\` (${lines})${traits.length > 0 ? `: ${traits.join("; ")}` : ""}`;
}

export const explain: Conversation = {
  name: "explain",
  example: "Explain this project",
  matches: (task) =>
    /^\s*(please\s+|can you\s+)?(explain|describe|walk me through|how do(es)?|what do(es)?|what is|give me an overview|review)\b/i.test(
      task.prompt,
    ) ||
    (!mayWrite(task) && task.tools.has("read_files")),
  *play(task) {
    const { paths, read } = yield* surveyed(task, "I look at the project before I say anything about it.");
    if (paths.length === 0) return { text: "The project is empty, so there is nothing to explain yet." };
    const descriptions = paths.flatMap((path) => {
      const content = contentOf(read, path);
      return content === undefined ? [] : [characterise(path, content)];
    });
    const server = paths.find((path) => /^src\/server\.\w+$/.test(path));
    const shape = server
      ? `It is a full-stack app: a page in the browser, and \`${server}\` on the server.`
      : "It runs in the browser alone; there is no server part.";
    return {
      text: `The project has ${paths.length} ${paths.length === 1 ? "file" : "files"}. ${shape}\n\n${descriptions.join("\n")}\n\nI am scripted: this is what can be read off the files, not an opinion about them.`,
    };
  },
};
