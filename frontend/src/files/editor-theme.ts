import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { oneDarkHighlightStyle } from "@codemirror/theme-one-dark";
import { EditorView } from "@codemirror/view";

// The editor uses the page's colour variables; only the syntax colours come from CodeMirror's two themes.
const rules = {
  "&": { height: "100%", fontSize: "13px", backgroundColor: "transparent", color: "var(--color-ink)" },
  "&.cm-focused": { outline: "none" },
  // `contain`: a key press lays out only the editor's text, and not the page. Completion lists and tooltips are outside
  // of the scroller.
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6", contain: "strict" },
  ".cm-content": { caretColor: "var(--color-ember)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--color-ember)", borderLeftWidth: "2px" },
  // Restarting the blink animation would cost each key half a millisecond of style computation.
  ".cm-cursorLayer": { animation: "none !important" },
  // Opaque, since long lines scroll beneath the line numbers.
  ".cm-gutters": {
    backgroundColor: "var(--color-surface)",
    color: "var(--color-faint)",
    border: "none",
    paddingLeft: "6px",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklch, var(--color-ember) 7%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in oklch, var(--color-ember) 7%, var(--color-surface))" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklch, var(--color-ember) 22%, transparent)",
  },
  ".cm-panels": { backgroundColor: "var(--color-sunken)", color: "var(--color-ink)", zIndex: "1" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--color-line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--color-line)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px",
    padding: "8px 36px 8px 10px",
    fontFamily: "var(--font-sans)",
    fontSize: "var(--text-xs)",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%", width: "0", content: "''" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "inherit" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label": { margin: "0" },
  ".cm-panel.cm-search input[type=checkbox]": { accentColor: "var(--color-ember)" },
  ".cm-search-note": {
    padding: "0 10px 8px",
    fontFamily: "var(--font-sans)",
    fontSize: "var(--text-xs)",
    color: "var(--color-bad)",
  },
  ".cm-textfield": {
    height: "28px",
    minWidth: "9rem",
    padding: "0 8px",
    border: "1px solid var(--color-line-strong)",
    borderRadius: "var(--radius-sm)",
    backgroundColor: "var(--color-raised)",
    color: "var(--color-ink)",
    fontSize: "inherit",
  },
  ".cm-button": {
    height: "28px",
    padding: "0 10px",
    border: "1px solid var(--color-line-strong)",
    borderRadius: "var(--radius-sm)",
    backgroundColor: "var(--color-raised)",
    backgroundImage: "none",
    color: "var(--color-ink)",
    fontSize: "inherit",
  },
  ".cm-button:hover": { borderColor: "var(--color-faint)" },
  ".cm-panel.cm-search [name=close]": {
    top: "8px",
    right: "8px",
    width: "28px",
    height: "28px",
    fontSize: "18px",
    color: "var(--color-soft)",
  },
  ".cm-searchMatch": { backgroundColor: "color-mix(in oklch, var(--color-warn) 25%, transparent)" },
  ".cm-searchMatch.cm-searchMatch-selected": {
    backgroundColor: "color-mix(in oklch, var(--color-ember) 40%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in oklch, var(--color-ember) 14%, transparent)" },
  ".cm-type": { maxWidth: "min(60ch, 90vw)", maxHeight: "16em", overflow: "auto", padding: "6px 10px" },
  ".cm-type-signature": { fontFamily: "var(--font-mono)", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-type-documentation": { fontFamily: "var(--font-sans)", whiteSpace: "pre-wrap", marginTop: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--color-ember-wash)",
    color: "var(--color-ink)",
  },
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
