export const name = "map";
