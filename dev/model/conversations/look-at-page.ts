import { asksToBuild, callTools, mayWrite } from "../parts/call-tools.ts";
import { edited, type FileEdits } from "../parts/edit.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call, type Outcome, type Part, type Task } from "../turn.ts";
import { slipsIn } from "./fix-bug.ts";

/** How often the conversation looks at the page, with a repair between. */
const maxLooks = 4;

const source = /\.(css|html|[cm]?[jt]sx?)$/;

/** The findings of a look at a page: the elements that cover a control, and those with a text that nobody can read. */
type Seen = { covering: string[]; unreadable: string[]; hasError: boolean };

/** Returns the classes in a sentence about an element, such as `<div class="veil wide">`. */
const classesAfter = (text: string, phrase: RegExp): string[] =>
  [...text.matchAll(phrase)].flatMap(([, names = ""]) => names.split(" ").slice(0, 1));

const seenIn = ({ text }: Outcome): Seen => ({
  covering: classesAfter(text, /(?:covered by|met) <\w+(?: id="[^"]*")? class="([^"]*)">(?:: a click|, which covers)/g),
  unreadable: classesAfter(text, /The text "[^\n]*" in <\w+(?: id="[^"]*")? class="([^"]*)"> can hardly be seen/g),
  hasError: /^\{"level":"error"/m.test(text),
});

const isClean = ({ covering, unreadable, hasError }: Seen): boolean =>
  covering.length + unreadable.length === 0 && !hasError;

/** Returns the edits of one file: an element that covers a control lets clicks through, text gets the colour around it. */
function repairOf(path: string, content: string, { covering, unreadable, hasError }: Seen): FileEdits {
  const rules = path.endsWith(".css") ? [...content.matchAll(/\.([\w-]+) \{[^}]*\}/g)] : [];
  const edits = rules.flatMap(([rule, name = ""]) => {
    if (covering.includes(name)) return [{ find: rule, replace: rule.replace("{", "{\n  pointer-events: none;") }];
    const readable = rule.replace(/(^|[\s;{])color:[^;}]+/, "$1color: inherit");
    return unreadable.includes(name) && readable !== rule ? [{ find: rule, replace: readable }] : [];
  });
  return { path, edits: hasError ? [...edits, ...slipsIn(path, content).file.edits] : edits };
}

/**
 * Reads the sources and repairs the findings.
 * @returns a sentence on the reason when they could not be repaired
 */
function* repaired(task: Task, seen: Seen): Part<string | undefined> {
  const [listed] = yield* callTools(task, "That is not what the code says. I look for the cause.", call("list_files"));
  const paths = pathsIn(listed)
    .filter((path) => source.test(path))
    .slice(0, 20);
  if (paths.length === 0) return "I cannot read the files.";
  const [read] = yield* callTools(task, "", call("read_files", { paths }));
  const plan = paths
    .map((path) => repairOf(path, contentOf(read, path) ?? "", seen))
    .filter(({ edits }) => edits.length > 0);
  if (plan.length === 0) return "This script does not know the cause.";
  return yield* edited(task, "These lines are the cause; I change nothing else.", plan);
}

/** Looks at the page, clicks the element that the prompt quotes, and repairs faults that only a look reveals. */
export const lookAtPage: Conversation = {
  name: "look at the page",
  example: "Look at the page: “Add” does nothing",
  matches: (task) => mayWrite(task) && !asksToBuild(task.prompt) && /\blook at (the|my) page\b/i.test(task.prompt),
  *play(task) {
    const [, named] = /[“"]([^”"]+)[”"]/.exec(task.prompt) ?? [];
    const look = call("view_page", { path: "/", ...(named !== undefined && { click: named }) });
    for (let looks = 1; looks <= maxLooks; looks += 1) {
      const said = looks === 1 ? "I look at the page as a person does." : "I look again.";
      const [outcome] = yield* callTools(task, said, look);
      if (outcome === undefined || outcome.isError) {
        return { text: "I have no browser here, so I have not seen the page and changed nothing." };
      }
      const seen = seenIn(outcome);
      if (isClean(seen)) {
        const end =
          looks === 1 ? "and it is as it should be." : "repaired it, and looked again: it is as it should be.";
        return { text: `I looked at the page, ${end}` };
      }
      const trouble = yield* repaired(task, seen);
      if (trouble !== undefined) return { text: `I see that something is wrong with the page. ${trouble}` };
    }
    return { text: `I looked ${maxLooks} times and something is still wrong with the page.` };
  },
};
