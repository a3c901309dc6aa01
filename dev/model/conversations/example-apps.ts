import { appFiles, pick } from "../apps.ts";
import type { Access } from "../parts/access.ts";
import { type BuildStep, build, type Probe } from "../parts/build.ts";
import { asksForChange, callTools, hasApp, mayWrite } from "../parts/call-tools.ts";
import { pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

export type ExampleApp = {
  name: string;
  example: string;
  asks: RegExp;
  /** The app's folder under apps/. */
  folder: string;
  opening: string;
  /** The steps of the build: the text of each, its commit message, and a pattern for its files. */
  parts: { text: string; message: string; files: RegExp }[];
  /** The host that the app's server calls, which its owner is asked for. */
  access?: Access;
  probes?: Probe[];
  closing: string;
};

/**
 * Returns a conversation that builds an example app. A prompt that asks for a change never overwrites an existing app.
 */
export const exampleApp = (app: ExampleApp): Conversation => ({
  name: app.name,
  example: app.example,
  matches: (task) => mayWrite(task) && app.asks.test(task.prompt),
  *play(task) {
    const files = appFiles(app.folder);
    const steps = app.parts.map(
      (part): BuildStep => ({ text: part.text, message: part.message, files: pick(files, part.files) }),
    );
    const [listed] = yield* callTools(task, app.opening, call("list_files"));
    if (asksForChange(task.prompt) && hasApp(pathsIn(listed))) {
      return {
        text: `There is an app here already, and this script does not know that change, so I left it unchanged. Of changes it knows: due dates, priorities and a filter for the todo list, dark mode, a colour scheme, renaming and deleting files. To have a new app, ask: *${app.example}*.`,
      };
    }
    return yield* build(task, {
      listed,
      steps,
      access: app.access,
      probes: app.probes ?? [],
      closing: app.closing,
    });
  },
});
