/** The number of a publication's versions that can be restored: the limit of rows in the database and of stored builds. */
export const keptVersions = 10;
