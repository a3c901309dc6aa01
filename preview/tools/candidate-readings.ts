import { readClassBrackets, Text } from "./candidate-grammar.ts";

// Some languages join classes with punctuation that does not end a class elsewhere. Their files are also read with that punctuation
// taken as white space. Reading twice finds a little too much; parsing each language would take a parser each.

type Reading = (content: string) => string;

/** A dot that is no decimal point. */
const DOT = /\.(?!\d)|(?<!\d)\.|\.(?=\d+[a-z]+:)/y;
/** The mark of a list of words in Ruby or Elixir, such as `%w[…]`, with its bracket. */
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

/** Returns the texts in which a file's classes are to be looked for: itself, and itself as its language means it. */
export function readingsOf(content: string, extension: string): string[] {
  const readings = READINGS[LANGUAGES[extension] ?? extension] ?? [];
  return [content, ...readings.map((read) => read(content)).filter((read) => read !== content)];
}

/** Makes a reading in which brackets that belong to no class, and what the patterns match outside of those that do, are spaces. */
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

/** Templates of a Vue component that are written in Pug, or in whatever language they name. */
function readTemplates(content: string): string {
  const templates = content.matchAll(/<template lang=['"]([^"']*)['"]>([\s\S]*)<\/template>/g);
  return [...templates].map(([, language = "", body = ""]) => readingsOf(body, language).join("\n")).join("\n");
}
