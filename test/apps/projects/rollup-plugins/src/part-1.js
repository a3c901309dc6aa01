export const one = "one";
