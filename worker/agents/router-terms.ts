/** Words that say nothing about what is wanted. How, what and why are not among them: they mark a question. */
const stopWords = new Set(
  `a an the and or but if then so of to in on at by for with from as is are was were be been am i me my we our you your it its
  this that these those there here have has had do can could would should will please just also very more some any all
  when which who into out up down over about than too not no new one two like now get let want need us they them their make`
    .split(/\s+/)
    .filter(Boolean),
);

/** A word as it is indexed and sought: lower case, without a plural's or a verb's ending; null for one without meaning. */
export function termOf(word: string): string | null {
  const term = word.toLowerCase().replace(/[’']s?$/, "");
  if (term.length < 2 || stopWords.has(term)) return null;
  if (term.length > 5 && term.endsWith("ing")) return term.slice(0, -3);
  if (term.length > 4 && term.endsWith("ies")) return `${term.slice(0, -3)}y`;
  if (term.length > 4 && term.endsWith("ed")) return term.slice(0, -2);
  if (/(sh|ch|ss|x)es$/.test(term)) return term.slice(0, -2);
  if (term.length > 3 && term.endsWith("s") && !term.endsWith("ss")) return term.slice(0, -1);
  return term;
}

/** The terms of a text, in order. */
export const termsOf = (text: string): string[] => text.split(/[\s\p{P}]+/u).flatMap((word) => termOf(word) ?? []);

/** What a person says, without the code they show and the paths they name: these tell what they have, not what they want. */
export const proseOf = (prompt: string): string =>
  prompt
    .replace(/```[\s\S]*?(```|$)/g, " ")
    .replace(/[\w.-]+\/[\w./-]+|\b[\w-]+\.(tsx?|jsx?|mjs|css|html|json|md)\b/g, " ");

/** "Make a shop" asks for something new, "make the header blue" for a change: the verb alone tells nothing. */
const somethingNew = /\b(make|build|create|want|need|would like|i'd like)\s+(me\s+|us\s+)?(an?|my|our|some)\b/i;

/**
 * Words a prompt does not say and its shape does: a stack trace or an error's name is a fault to find, and a thing
 * with an indefinite article is to be built.
 */
export function cluesIn(prompt: string): string[] {
  return [...(somethingNew.test(prompt) ? ["create", "app"] : []), ...faultClues(prompt)];
}

function faultClues(prompt: string): string[] {
  const trace = /^\s+at .+[:(]\d+/m.test(prompt) || /\b\w*(Error|Exception)\b:/.test(prompt);
  const status =
    /\b(50[0-4]|40[0-9])\b/.test(prompt) && /\b(error|status|response|returns?|fails?|with a)\b/i.test(prompt);
  return trace || status ? ["error", "stack", "trace", "exception", "fix"] : [];
}
