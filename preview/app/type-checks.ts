import type { Diagnostic, TypeFindings } from "../../worker/contract/preview-rpc.ts";

/** What is known of a revision's types: the check's findings where they are kept, and the check itself. */
export type Checkable = {
  ok: boolean;
  revision: number;
  kept: Diagnostic[] | null;
  check: () => Promise<Diagnostic[]>;
};

const UNAVAILABLE: TypeFindings = { status: "unavailable", diagnostics: [] };

/** Type checks that nobody waits for: they are begun when somebody asks what a build consists of, and told the next time. */
export class TypeChecks {
  /** How the last check ended: of a build that is not kept, it is kept nowhere else. */
  #last: { revision: number; findings: TypeFindings } | null = null;
  readonly #going = new Set<number>();

  /** What is known now. Where that is nothing, a check begins. */
  findings({ ok, revision, kept, check }: Checkable): TypeFindings {
    if (!ok) return UNAVAILABLE;
    if (kept !== null) return { status: "checked", diagnostics: kept };
    if (this.#last?.revision === revision) return this.#last.findings;
    if (!this.#going.has(revision)) void this.#run(revision, check);
    return { status: "pending", diagnostics: [] };
  }

  async #run(revision: number, check: () => Promise<Diagnostic[]>): Promise<void> {
    this.#going.add(revision);
    try {
      this.#last = { revision, findings: { status: "checked", diagnostics: await check() } };
    } catch (failure) {
      console.error(JSON.stringify({ level: "error", event: "type_check_failed", detail: String(failure) }));
      this.#last = { revision, findings: UNAVAILABLE };
    } finally {
      this.#going.delete(revision);
    }
  }
}
