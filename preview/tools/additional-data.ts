import { type ConfigCode, configIsolate } from "./config-isolate.ts";
import type { StyleSource } from "./style-files.ts";
import type { ToolRunner } from "./tool-runner.ts";

export type AdditionalDataInput = ConfigCode & { language: string; sheets: StyleSource[] };

/**
 * Calls the function of `css.preprocessorOptions.<language>.additionalData` for each sheet, as Vite does before it compiles one. The
 * configuration is evaluated again.
 * @returns the sheets' new contents, in order
 * @throws ToolFailure for a configuration that throws, does not end or returns no text
 */
export function addData(runner: ToolRunner, input: AdditionalDataInput): Promise<string[]> {
  const { language, sheets } = input;
  const { tool, request } = configIsolate(input, {
    name: "additional-data",
    entry: ENTRY,
    used: {},
    packagesRead: false,
  });
  return runner.run<string[]>(tool, { ...request, language, sheets });
}

const ENTRY = `
import pluginsOf from "SHIMS/plugins.cjs";

const MAX_CHARACTERS = 8 * 2 ** 20;

export async function run(request) {
  PREPARED
  const module = await import("CONFIG");
  const exported = module.default ?? module;
  const written = (await (typeof exported === "function" ? exported(request.env) : exported)) ?? {};
  const { config } = await pluginsOf.withConfigHooks(written, request.env);
  const { additionalData } = config.css.preprocessorOptions[request.language];
  const contents = [];
  let characters = 0;
  for (const { path, content } of request.sheets) {
    const made = await additionalData(content, path);
    const text = typeof made === "string" ? made : made?.content;
    if (typeof text !== "string") throw new Error("it returns no text");
    characters += text.length;
    if (characters > MAX_CHARACTERS) throw new Error("it returns more than " + MAX_CHARACTERS + " characters");
    contents.push(text);
  }
  return contents;
}
`;
