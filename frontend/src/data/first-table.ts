/**
 * Matches tables in which frameworks and our own templates record migrations: `migration`, `d1_migrations`,
 * `_prisma_…`.
 */
const bookkeeping = /^_|migrations?$/i;

/**
 * Chooses the table to open first: the first table with the app's own data.
 * @returns a migrations table if the database has no other table; undefined for an empty database
 */
export const firstTable = <Table extends { name: string }>(tables: Table[]): Table | undefined =>
  tables.find(({ name }) => !bookkeeping.test(name)) ?? tables[0];
