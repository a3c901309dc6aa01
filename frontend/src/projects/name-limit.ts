/** The API's limit for a project's name. */
export const maxNameLength = 100;
