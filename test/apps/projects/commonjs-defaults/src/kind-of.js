export const kindOf = (value) => typeof value;
