// Frequent words of the most common languages, normalized as by `plain`. They count as features like any other, but as
// the reason for a choice they would be meaningless.
const idle = new Set(
  [
    "a an the this that these those it its there here some any all no not",
    "i me my mine we us our you your he she they them their who which what how when where why",
    "am is are was were be been being do does did doing have has had having id im ive youre dont",
    "can could will would shall should may might must let lets want wants wanted need needs like please pls",
    "and or but if so as at by for from in into of off on onto out over to up with without than then too very just also",
    "make makes making made create build give get put use me app application",
    "der die das den dem des ein eine einen einem einer und oder mit fur von zu zum zur im ins in auf ist bitte mir ich",
    "le la les un une des du de et ou avec pour dans sur est moi je mon ma mes",
    "el los las una unos unas y o con para por en que mi es lo il gli uno di da e per su um uma os as com em no na",
  ].flatMap((line) => line.split(" ")),
);

/** Whether a word carries no intent: a stop word, or a single letter. */
export const isIdle = (word: string): boolean => idle.has(word) || [...word].length === 1;
