import type { Diagnostic, TypeFindings } from "../../worker/contract/preview-rpc.ts";

/** A revision's stored findings, if any, and the function that checks it. */
export type Checkable = {
  ok: boolean;
  revision: number;
  kept: Diagnostic[] | null;
  check: () => Promise<Diagnostic[]>;
};

const UNAVAILABLE: TypeFindings = { status: "unavailable", diagnostics: [] };

/** Runs type checks in the background: a build summary starts one, and a later summary contains its findings. */
export class TypeChecks {
  /** The result of the last check, which is the only copy when the build itself is not stored. */
  #last: { revision: number; findings: TypeFindings } | null = null;
  readonly #going = new Set<number>();

  /** Returns the current findings of a revision, and starts a check when there are none. */
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
