/** One for each day of the week, in turns. */
const thoughts = [
  "A garden is never finished; that is what it is for.",
  "Read the letter twice before you answer it.",
  "The shortest way through the wood is rarely the one to show a friend.",
  "Sharpen the pencil, then decide what to draw.",
  "A good question keeps longer than its answer.",
  "Leave the door open for the cat and for the unexpected.",
  "What is put off until tomorrow often turns out to be unnecessary.",
];

const dayMs = 86_400_000;

/** The day of a moment, in UTC, as it is stored. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const thoughtOf = (time: number): string => thoughts[Math.floor(time / dayMs) % thoughts.length] ?? "";
