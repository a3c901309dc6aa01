import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { oneDarkHighlightStyle } from "@codemirror/theme-one-dark";
import { EditorView } from "@codemirror/view";

// The editor uses the page's colour variables; only the syntax colours come from CodeMirror's two themes.
const rules = {
  "&": { height: "100%", fontSize: "13px", backgroundColor: "transparent", color: "var(--color-ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--color-ember)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--color-ember)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--color-faint)", border: "none", paddingLeft: "6px" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in oklch, var(--color-ember) 7%, transparent)",
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--color-ember) 22%, transparent)",
  },
  ".cm-panels": { backgroundColor: "var(--color-sunken)", color: "var(--color-ink)" },
  ".cm-tooltip": { backgroundColor: "var(--color-raised)", border: "1px solid var(--color-line)" },
};

/**
 * Replaces three of CodeMirror's colours, and one of its dark theme, whose contrast on these backgrounds is below 4.5:1
 * (WCAG 2.2, 1.4.3).
 */
const darker: Record<string, string> = { "#085": "#00734a", "#e40": "#b53400", "#f00": "#c00000" };
const lighter: Record<string, string> = { "#7d8799": "#8b95a7" };

const recoloured = (style: HighlightStyle, colours: Record<string, string>) =>
  HighlightStyle.define(style.specs.map((spec) => ({ ...spec, color: colours[String(spec.color)] ?? spec.color })));
const lightStyle = recoloured(defaultHighlightStyle, darker);
const darkStyle = recoloured(oneDarkHighlightStyle, lighter);

export const isDark = (): boolean => {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
};

export const editorTheme = (dark: boolean): Extension => [
  EditorView.theme(rules, { dark }),
  syntaxHighlighting(dark ? darkStyle : lightStyle),
];
