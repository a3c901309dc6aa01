import { DurableObject } from "cloudflare:workers";

export class Total extends DurableObject {
  async add(): Promise<number> {
    const total = ((await this.ctx.storage.get<number>("total")) ?? 0) + 1;
    await this.ctx.storage.put("total", total);
    return total;
  }
}

export class Room extends DurableObject<{ TOTAL: DurableObjectNamespace<Total> }> {
  async enter(): Promise<{ visits: number; total: number }> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS visit (at TEXT)");
    sql.exec("INSERT INTO visit VALUES (?)", new Date());
    const { visits } = sql.exec<{ visits: number }>("SELECT count(*) AS visits FROM visit").one();
    return { visits, total: await this.env.TOTAL.getByName("all").add() };
  }
}
