export const a="A";
