/** Maximum versions of a publication that can be restored: so many rows in the database, and builds in its object. */
export const keptVersions = 10;
