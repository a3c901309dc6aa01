export const word: string = "inlined";
