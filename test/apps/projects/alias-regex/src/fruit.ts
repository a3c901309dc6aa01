export const pear = "pear by a regular expression";
