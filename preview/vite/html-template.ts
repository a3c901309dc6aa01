import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { within } from "../project/paths.ts";
import { asObject, asString, type Data, dataAt } from "./config-data.ts";
import type { Plugin } from "./vite-settings.ts";

type Options = { plugins: readonly Plugin[]; env: Readonly<Record<string, string>> };

/** Plugins that fill in pages as EJS does, and where their options have the values. */
const TEMPLATING: [plugin: RegExp, data: string[]][] = [
  [/^vite-plugin-html(-template)?(-mpa)?$/, ["inject.data", "inject.injectData", "data"]],
  [/^vite-plugin-ejs$/, []],
];
const TAG = /<%([-=_]?)([\s\S]*?)[-_]?%>/g;
const NAME = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

/**
 * Fills in `<%= name %>` and `<%- name %>` of a page by the data of vite-plugin-html or vite-plugin-ejs, or by variables,
 * and adds the entry that vite-plugin-html names. Other expressions become empty, with a warning.
 * @returns the page unchanged without such a plugin
 */
export function fillTemplate(
  page: string,
  html: string,
  { plugins, env }: Options,
): { html: string; warnings: Diagnostic[] } {
  const plugin = plugins.find(({ name }) => TEMPLATING.some(([pattern]) => pattern.test(name)));
  if (plugin === undefined) return { html, warnings: [] };
  const options = plugin.options as Data;
  const data = dataOf(plugin.name, options);
  const warnings: Diagnostic[] = [];
  const filled = html.replace(TAG, (tag, mark: string, expression: string, offset: number) => {
    const value = templateValue(expression.trim(), data, env);
    if (value === null) {
      warnings.push(notComputed(page, html, offset, tag));
      return "";
    }
    return mark === "=" ? value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character) : value;
  });
  return { html: withEntry(filled, asString(asObject(options)?.entry)), warnings };
}

function dataOf(name: string, options: Data): Data {
  const places = TEMPLATING.find(([pattern]) => pattern.test(name))?.[1] ?? [];
  const found = places.map((place) => dataAt(options, place)).find((one) => one !== undefined);
  return found ?? (places.length === 0 ? options : null);
}

function templateValue(expression: string, data: Data, env: Options["env"]): string | null {
  if (!NAME.test(expression)) return null;
  const value = dataAt(data, expression) ?? env[expression];
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;
}

function notComputed(page: string, html: string, offset: number, tag: string): Diagnostic {
  const before = html.slice(0, offset).split("\n");
  const message = `${tag} of ${page} cannot be computed here, so it is left out.`;
  return { path: page, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, severity: "warning", message };
}

/** The plugin adds its entry to a page that has no module of its own. */
function withEntry(html: string, entry: string | null): string {
  if (entry === null || /<script[^>]*type\s*=\s*["']?module/i.test(html)) return html;
  const script = `<script type="module" src="/${within("", entry.replace(/^\/+/, ""))}"></script>`;
  return /<\/body>/i.test(html) ? html.replace(/<\/body>/i, `${script}$&`) : html + script;
}
