export const label = "label two";
