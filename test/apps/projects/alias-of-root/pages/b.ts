export const b="B";
