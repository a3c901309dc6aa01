export type Word = string;
export interface Other {
  value: number;
}
export const word = "a word" as const;
