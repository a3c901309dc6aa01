import { defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { oneDarkHighlightStyle } from "@codemirror/theme-one-dark";
import { EditorView } from "@codemirror/view";

// The page's own colours by its variables; only the syntax colours come from CodeMirror's two themes.
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

export const isDark = (): boolean => {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
};

export const editorTheme = (dark: boolean): Extension => [
  EditorView.theme(rules, { dark }),
  syntaxHighlighting(dark ? oneDarkHighlightStyle : defaultHighlightStyle),
];
