export const tree = "a tree";
