import { appFiles, pick } from "../apps.ts";
import { type BuildStep, build, type Probe } from "../parts/build.ts";
import { mayWrite } from "../parts/use.ts";
import type { Conversation } from "../turn.ts";

export type ExampleApp = {
  name: string;
  example: string;
  asks: RegExp;
  /** Its folder under apps/. */
  folder: string;
  opening: string;
  /** What is said about each part, and which files belong to it. */
  parts: { text: string; message: string; files: RegExp }[];
  probes?: Probe[];
  closing: string;
};

/** A conversation that builds one of the example apps. */
export const exampleApp = (app: ExampleApp): Conversation => ({
  name: app.name,
  example: app.example,
  matches: (task) => mayWrite(task) && app.asks.test(task.prompt),
  play(task) {
    const files = appFiles(app.folder);
    const steps = app.parts.map(
      (part): BuildStep => ({ text: part.text, message: part.message, files: pick(files, part.files) }),
    );
    return build(task, { opening: app.opening, steps, probes: app.probes ?? [], closing: app.closing });
  },
});
