export const star = "star by a name";
