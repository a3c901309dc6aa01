// What a commit's message must be (CONTRIBUTING.md). `npm run check:commits` applies it to the commits after this file.

/** First words that only look like another form of a verb. */
const imperatives = new Set([
  "bring",
  "embed",
  "exceed",
  "feed",
  "need",
  "ping",
  "seed",
  "shed",
  "speed",
  "string",
  "alias",
  "bias",
  "focus",
]);

/** "Adds", "added" and "adding" describe; "add" is what a commit does when it is applied. */
const isImperative = (word) =>
  imperatives.has(word.toLowerCase()) ||
  (!/(ed|ing)$/i.test(word) && (!/[^su]s$/i.test(word) || /^[A-Z]{2}/.test(word)));

export default {
  plugins: [
    {
      rules: {
        "header-imperative": ({ header }) => {
          const [word = ""] = (header ?? "").split(/[\s:,]/);
          return [
            /^[A-Z]/.test(word) && isImperative(word),
            "the subject must begin with an imperative and a capital letter",
          ];
        },
      },
    },
  ],
  rules: {
    "header-max-length": [2, "always", 72],
    "header-full-stop": [2, "never", "."],
    "header-trim": [2, "always"],
    "header-imperative": [2, "always"],
    "body-leading-blank": [2, "always"],
  },
};
