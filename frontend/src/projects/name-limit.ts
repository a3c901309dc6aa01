/** The API's maximum length of a project's name, in characters. */
export const maxNameLength = 100;
