import fc from "fast-check";

// Paths as people write them, as attackers write them, and as other systems break them.

const word = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
const extension = fc.constantFrom("", ".ts", ".TSX", ".md", ".json", ".tar.gz", ".", "..", " ");

const letters = fc.constantFrom(
  ...("àéîõüßøŁğžабвгджзαβγδεζאבגعربकखग日本語漢字한국어ไทย😀🎉👍🏽ⅷ①ǅ".match(/./gu) ?? []),
);
const unicodeWord = fc.array(letters, { minLength: 1, maxLength: 8 }).map((all) => all.join(""));
const anything = fc.string({ unit: "binary", minLength: 1, maxLength: 10 });
const decomposed = unicodeWord.chain((one) =>
  fc.constantFrom(one.normalize("NFD"), one.normalize("NFKD"), `${one}\u0301`, `${one}\u0323`),
);

const device = fc
  .tuple(
    fc.constantFrom(
      "con",
      "PRN",
      "aux",
      "NUL",
      "com1",
      "LPT9",
      "com0",
      "COM¹",
      "lpt³",
      "conin$",
      "CONOUT$",
      "clock$",
      "console",
      "com",
      "com10",
      "nul-",
    ),
    extension,
  )
  .map((parts) => parts.join(""));
const dots = fc.constantFrom(
  ".",
  "..",
  "...",
  "....",
  ".a",
  "..a",
  "a..",
  "a.",
  "a ",
  " a",
  ". .",
  "..;",
  "%2e",
  "%2e%2e",
  "%252e",
  "..%00",
  "~",
  "-rf",
  "$HOME",
);
const gits = fc.constantFrom(
  ".git",
  ".GIT",
  ".Git",
  "git",
  ".git ",
  ".git.",
  ".gitignore",
  ".gitmodules",
  "git~1",
  "GIT~2",
  ".g\u200cit",
  ".git\u200b",
  ".gıt",
  ".git::$INDEX_ALLOCATION",
  ".git\\config",
  "․git",
);
const invisible = fc
  .tuple(
    word,
    fc.constantFrom(
      "\0",
      "\x01",
      "\t",
      "\n",
      "\r",
      "\x1b[2J",
      "\x7f",
      "\x85",
      "\xa0",
      "\xad",
      "\u061c",
      "\u180e",
      "\u200b",
      "\u200d",
      "\u200e",
      "\u2028",
      "\u202e",
      "\u2060",
      "\u2066",
      "\u3000",
      "\ufe0f",
      "\ufeff",
      "\ufff9",
      "\ufffd",
      "\uffff",
      "\u{e0001}",
      "\u{e0100}",
      "\u034f",
      "\u115f",
      "\u3164",
    ),
    word,
  )
  .map((parts) => parts.join(""));
const surrogates = fc
  .tuple(word, fc.constantFrom("\ud800", "\udfff", "\udc00\ud800", "\ud83d"), word)
  .map((parts) => parts.join(""));
const special = fc
  .tuple(word, fc.constantFrom(..."<>:\"|?*\\'`;&$!#()[]{}=+,@^~% "), word)
  .map((parts) => parts.join(""));
const long = fc
  .tuple(fc.constantFrom("a", "é", "日", "😀", "ab/"), fc.integer({ min: 30, max: 300 }))
  .map(([unit, times]) => unit.repeat(times))
  .map((path) => (path.endsWith("/") ? `${path}x` : path));
const noise = fc.constantFrom(
  ".DS_Store",
  "__MACOSX",
  "Thumbs.db",
  "desktop.ini",
  "._a",
  "Icon\r",
  "$RECYCLE.BIN",
  "__proto__",
  "constructor",
  "toString",
);

const segment = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(word, extension).map((parts) => parts.join("")) },
  { weight: 8, arbitrary: word },
  { weight: 8, arbitrary: unicodeWord },
  { weight: 2, arbitrary: anything },
  { weight: 3, arbitrary: special },
  { weight: 1, arbitrary: fc.oneof(decomposed, device, dots, gits, invisible, surrogates, noise) },
);

const separator = fc.oneof(
  { weight: 60, arbitrary: fc.constant("/") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "\\",
      "//",
      "/./",
      "/../",
      "%2f",
      "%2F",
      "%5c",
      "%252f",
      "\u2215",
      "\u2044",
      "\uff0f",
      "\u29f8",
      "\uff3c",
      "\u2024\u2024/",
      "\xc0\xaf",
      ":",
    ),
  },
);

const joined = fc
  .tuple(segment, fc.array(fc.tuple(separator, segment), { maxLength: 4 }))
  .map(([first, rest]) => first + rest.flat().join(""));

export const anyPath = fc.oneof(
  { weight: 40, arbitrary: joined },
  { weight: 1, arbitrary: long },
  { weight: 4, arbitrary: fc.oneof(decomposed, device, dots, gits, invisible, surrogates, special, noise) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("/", "//", "\\", "C:", "C:\\", "\\\\?\\", "file:///", "~/", "../", "../../", "./"), joined)
      .map((parts) => parts.join("")),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(joined, fc.constantFrom("/", "/.", "/..", " ", ".", "\0", "\0.png", "::$DATA"))
      .map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.constant("") },
);
