/** As much of the platform's types as the examples use, beside the DOM's: the full types of both cannot stand together. */
declare module "cloudflare:workers" {
  type Value = ArrayBuffer | string | number | null;
  type Cursor = { toArray(): Record<string, Value>[]; one(): Record<string, Value> };

  export class DurableObject<Env = unknown> {
    constructor(ctx: unknown, env: Env);
    protected readonly ctx: { storage: { sql: { exec(statement: string, ...values: unknown[]): Cursor } } };
    protected readonly env: Env;
    fetch?(request: Request): Response | Promise<Response>;
  }
}
