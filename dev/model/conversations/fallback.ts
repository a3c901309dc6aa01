import { build } from "../parts/build.ts";
import { callTools, hasApp, mayWrite } from "../parts/call-tools.ts";
import { pathsIn } from "../parts/results.ts";
import { type Conversation, call, only, type Play, type Task } from "../turn.ts";

const howToSetAModel =
  "To have a real model answer, set `ANTHROPIC_API_KEY` and start again; or set `ANTHROPIC_BASE_URL` to a server that speaks the Messages API, such as Ollama, llama.cpp or LM Studio.";

const knownPrompts = (examples: string[]): string =>
  `These prompts I know:\n${examples.map((example) => `- ${example}`).join("\n")}\n\n${howToSetAModel}`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** Derives a title from the first words of the prompt, without the leading "make a …". */
function titleOf(prompt: string): string {
  const words = prompt
    .replace(/\[\[[^\]]*\]\]/g, " ")
    .replace(
      /^\s*(please\s+)?(make|build|create|write|design|add|i want|i need|give me)\s+(me\s+|us\s+)?(an?\s+|the\s+)?/i,
      "",
    )
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 7)
    .join(" ")
    .slice(0, 70)
    .replace(/[.,;:!?]+$/, "");
  return words === "" ? "A new page" : words.charAt(0).toUpperCase() + words.slice(1);
}

const page = (title: string, prompt: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="/style.css" />
  </head>
  <body>
    <main>
      <p class="label">A first draft</p>
      <h1>${escapeHtml(title)}</h1>
      <blockquote>${escapeHtml(prompt.trim().slice(0, 600))}</blockquote>
      <p>This page was made from your own words by the scripted model. Connect a real model to have it built.</p>
    </main>
  </body>
</html>
`;

const style = `:root {
  color-scheme: light dark;
  --accent: light-dark(#5b3df5, #a594ff);
}

body {
  margin: 0;
  min-height: 100dvh;
  display: grid;
  place-items: center;
  background: light-dark(#f6f5f2, #16151c);
  color: light-dark(#1d1b26, #f1effa);
  font: 1.05rem/1.6 system-ui, sans-serif;
}

main {
  width: min(40rem, 100% - 3rem);
  padding: 3rem 0;
}

.label {
  margin: 0;
  color: var(--accent);
  font-weight: 650;
}

h1 {
  margin: 0.4rem 0 1.5rem;
  font-size: clamp(2.2rem, 8vw, 4rem);
  line-height: 1.05;
  letter-spacing: -0.03em;
  text-wrap: balance;
}

blockquote {
  margin: 0 0 1.5rem;
  padding-left: 1.2rem;
  border-left: 4px solid var(--accent);
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
`;

function* draft(task: Task, examples: string[]): Play {
  const title = titleOf(task.prompt);
  const [listed] = yield* callTools(
    task,
    `I have no script for this prompt, and there is no model behind me that could think about it. What I can honestly do is to set up a small page from your words, “${title}”. First I look at the project.`,
    call("list_files"),
  );
  if (hasApp(pathsIn(listed))) {
    return {
      text: `There is an app here already, and I will not put a draft in its place.\n\n${knownPrompts(examples)}`,
    };
  }
  return yield* build(task, {
    listed,
    steps: [
      {
        text: "Here is the page with the text of your prompt, escaped.",
        message: `Draft a page: ${title}`,
        files: [
          { path: "index.html", content: page(title, task.prompt) },
          { path: "style.css", content: style },
        ],
      },
    ],
    closing: `The page stands, but it is only a draft: I am a scripted model and follow worked conversations. ${knownPrompts(examples)}`,
  });
}

const decline = (examples: string[]): Play =>
  only({ text: `This is demo mode: I only have scripted answers to a few example prompts. ${knownPrompts(examples)}` });

/** Matches every prompt, so it must come last. Explains demo mode and lists the example prompts of the others. */
export const fallback = (examples: string[]): Conversation => ({
  name: "anything else",
  example: "Make a page about anything you like",
  matches: () => true,
  play: (task) => (mayWrite(task) ? draft(task, examples) : decline(examples)),
});
