/** Tables that frameworks and our own templates keep their migrations in: `migration`, `d1_migrations`, `_prisma_…`. */
const bookkeeping = /^_|migrations?$/i;

/**
 * Chooses the table to open first: the first one with the app's own data.
 * @returns a table of bookkeeping where there is no other, and undefined where there is none
 */
export const firstTable = <Table extends { name: string }>(tables: Table[]): Table | undefined =>
  tables.find(({ name }) => !bookkeeping.test(name)) ?? tables[0];
