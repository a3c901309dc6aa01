import ms from "ms";

export const waitOf = (text: string): number => ms(text as "2 days");
