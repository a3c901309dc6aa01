import picomatch from "picomatch/posix";
import { YAMLParseError } from "yaml";
import { isQuickGlob } from "../tools/quick-glob.ts";
import { asObject, asStrings, type Data } from "../vite/config-data.ts";
import type { Plugin } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";
import { parseYaml } from "./yaml.ts";

const PLUGIN = /^(@intlify\/(unplugin-vue-i18n|vite-plugin-vue-i18n))(\/vite)?$/;
const LOCALE = /(?:^|\/)([^/]+)\.(json5?|ya?ml)$/;
/** The names of the module with all messages, of the plugin's versions. */
const NAMES = [
  "@intlify/unplugin-vue-i18n/messages",
  "@intlify/vite-plugin-vue-i18n/messages",
  "virtual:vue-i18n-messages",
];

/**
 * Generates the modules of @intlify/unplugin-vue-i18n: the messages of all its locale files by their names, and each
 * file in YAML as JSON. A locale file that is no YAML is left out, as one without messages.
 * @returns no modules without the plugin
 */
export function localeMessages(
  plugins: readonly Plugin[],
  files: SourceFiles,
): { modules: Map<string, string>; files: Map<string, string> } {
  const plugin = plugins.find(({ name }) => PLUGIN.test(name));
  const patterns = asStrings(asObject(plugin?.options as Data)?.include ?? null)
    .map((pattern) => pattern.replace(/^(\/project\/|\.?\/)/, ""))
    .filter(isQuickGlob);
  if (plugin === undefined || patterns.length === 0) return { modules: new Map(), files: new Map() };
  const included = picomatch(patterns, { noextglob: true });
  const messages: Record<string, unknown> = {};
  const written = new Map<string, string>();
  for (const [path, content] of files) {
    const [, locale, extension] = LOCALE.exec(path) ?? [];
    if (locale === undefined || typeof content !== "string" || !included(path)) continue;
    const read = messagesIn(content);
    messages[locale] = read;
    if (extension !== "json") written.set(path, JSON.stringify(read));
  }
  const module = `export default ${JSON.stringify(messages)};\n`;
  return { modules: new Map(NAMES.map((name) => [name, module])), files: written };
}

/** YAML can read JSON and JSON5, too. */
function messagesIn(content: string): unknown {
  try {
    return parseYaml(content) ?? {};
  } catch (failure) {
    if (failure instanceof YAMLParseError) return {};
    throw failure;
  }
}
