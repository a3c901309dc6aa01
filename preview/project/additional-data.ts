import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { addData } from "../tools/additional-data.ts";
import type { StyleSource } from "../tools/style-files.ts";
import { ToolFailure } from "../tools/tool-runner.ts";
import { warningAt } from "../vite/evaluate-config.ts";
import { importedPackages, outsideModules, textsOf } from "./imported-packages.ts";
import type { PrecompileInput } from "./precompilation.ts";

/** Sheets with the text that goes before each of them; `added` is apart where it is the same for all, so that lines keep their numbers. */
type WithData = { sheets: StyleSource[]; added: string; diagnostics: Diagnostic[] };

/**
 * Puts `additionalData` of vite.config before style sheets, which may be a text or a function of a sheet's content and path.
 * @param sheets with absolute paths
 */
export async function withAdditionalData(
  language: string,
  sheets: StyleSource[],
  input: PrecompileInput,
): Promise<WithData> {
  const { vite } = input.settings;
  const { additionalData } = vite.preprocessorOptions[language] ?? {};
  if (typeof additionalData === "string") return { sheets, added: additionalData, diagnostics: [] };
  const nothing = { sheets, added: "", diagnostics: [] };
  if (additionalData === undefined || vite.path === null) return nothing;
  try {
    const contents = await called(language, sheets, vite.path, input);
    const added = prefixOf(sheets, contents);
    if (added !== null) return { sheets, added, diagnostics: [] };
    return {
      ...nothing,
      sheets: sheets.map((sheet, index) => ({ ...sheet, content: contents[index] ?? sheet.content })),
    };
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    const message = `"additionalData" for ${language} in ${vite.path} failed, so it was not added to style sheets: ${failure.message}`;
    return { ...nothing, diagnostics: [warningAt(input.files, vite.path, "additionalData", message)] };
  }
}

function called(
  language: string,
  sheets: StyleSource[],
  configPath: string,
  input: PrecompileInput,
): Promise<string[]> {
  const { files, ofApp, versionOf, production, runner } = input;
  const texts = textsOf(ofApp ?? files);
  const outside = outsideModules(input, configPath);
  const packages = importedPackages({ texts, outside }, configPath, versionOf);
  return addData(runner, { texts, outside, configPath, packages, production, language, sheets });
}

/** Returns the text that a function has put before each sheet, where it is the same and ends its line; else null. */
function prefixOf(sheets: StyleSource[], contents: string[]): string | null {
  const prefixes = sheets.map(({ content }, index) => {
    const whole = contents[index] ?? "";
    return whole.endsWith(content) ? whole.slice(0, whole.length - content.length) : null;
  });
  const [first = null] = prefixes;
  const isShared = first?.endsWith("\n") === true && prefixes.every((prefix) => prefix === first);
  return isShared ? first.slice(0, -1) : null;
}
