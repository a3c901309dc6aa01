export const name = "two";
