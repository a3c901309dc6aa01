export const wall = "wall by a prefix";
