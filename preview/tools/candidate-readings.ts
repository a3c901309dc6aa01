import { readClassBrackets, Text } from "./candidate-grammar.ts";

// Some languages join classes with punctuation that is part of a class elsewhere. Their files are scanned a second time
// with that punctuation as white space. This finds a few extra candidates, but needs no parser per language.

type Reading = (content: string) => string;

/** A dot that is no decimal point. */
const DOT = /\.(?!\d)|(?<!\d)\.|\.(?=\d+[a-z]+:)/y;
/** The prefix of a word list in Ruby or Elixir, such as `%w[…]`, with its bracket. */
const WORD_LIST = /[%~][a-zA-Z][[({<|!/]/y;
const MARK = /[#=%,~'|>](?!\w*\()|:(?=[:\s.])/y;
const KEYWORD = /(?<=^|[\s([{'])'?::?(?=[^\s:])/y;

const brackets = loosened();
const words = loosened(WORD_LIST, MARK);
const dots = loosened(DOT);
const dotsAndMarks = loosened(DOT, WORD_LIST, MARK);

const READINGS: Record<string, Reading[]> = {
  svelte: [(content) => content.replace(/(\sclass):/g, "$1 ")],
  vue: [readTemplates],
  json: [brackets],
  pug: [dots, dotsAndMarks],
  slim: [dots, dotsAndMarks],
  haml: [dots, dotsAndMarks],
  ruby: [brackets, words],
  elixir: [brackets, words],
  clojure: [loosened(KEYWORD, DOT), loosened(KEYWORD, DOT, MARK)],
  markdown: [(content) => content.replace(/\{[^{}]*(\}|$)/g, dots)],
  razor: [(content) => content.replaceAll("@@", " @").replaceAll('@("@")', "     @")],
  rust: [dots, dotsAndMarks],
  toolkit: [(content) => content.replace(/\[%|%\]/g, "  ")],
  twig: [brackets],
};

const LANGUAGES: Record<string, string> = {
  jsonl: "json",
  ndjson: "json",
  slang: "slim",
  rb: "ruby",
  erb: "ruby",
  heex: "elixir",
  eex: "elixir",
  ex: "elixir",
  exs: "elixir",
  clj: "clojure",
  cljs: "clojure",
  cljc: "clojure",
  md: "markdown",
  mdx: "markdown",
  cshtml: "razor",
  rs: "rust",
  tt: "toolkit",
  tt2: "toolkit",
  tx: "toolkit",
};

/** Returns the texts to scan for a file's classes: the source, and a version adapted to its language. */
export function readingsOf(content: string, extension: string): string[] {
  const readings = READINGS[LANGUAGES[extension] ?? extension] ?? [];
  return [content, ...readings.map((read) => read(content)).filter((read) => read !== content)];
}

/** Replaces brackets outside of classes, and matches of the patterns outside of class brackets, by spaces. */
function loosened(...patterns: RegExp[]): Reading {
  return (content) => {
    let result = "";
    const text = new Text(content);
    for (let at = 0; at < content.length; ) {
      const end = /[[({]/.test(content.charAt(at)) ? readClassBrackets(text, at) : null;
      if (end !== null) {
        result += content.slice(at, end);
        at = end;
        continue;
      }
      const length = spaceAt(content, at, patterns);
      result += length > 0 ? " ".repeat(length) : content.charAt(at);
      at += Math.max(1, length);
    }
    return result;
  };
}

/** Returns how many characters from a place on are to be read as spaces. */
function spaceAt(content: string, at: number, patterns: RegExp[]): number {
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    if (pattern.test(content)) return pattern.lastIndex - at;
  }
  return /[[\](){}]/.test(content.charAt(at)) ? 1 : 0;
}

/** Templates of a Vue component in Pug or another language. */
function readTemplates(content: string): string {
  const templates = content.matchAll(/<template lang=['"]([^"']*)['"]>([\s\S]*)<\/template>/g);
  return [...templates].map(([, language = "", body = ""]) => readingsOf(body, language).join("\n")).join("\n");
}
