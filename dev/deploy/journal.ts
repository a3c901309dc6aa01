/** How to undo a completed step. Throws when that fails. */
export type Undo = { what: string; undo: () => Promise<void> };

/**
 * Runs the steps of a deployment, prints each, and undoes the completed ones in reverse when one fails.
 */
export class Journal {
  readonly #print: (line: string) => void;
  readonly #completed: Undo[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Runs a step and prints its name and result. */
  async step<T>(name: string, work: () => Promise<T>, resultText: (result: T) => string = () => "done"): Promise<T> {
    this.#print(`${name} …`);
    const result = await work();
    this.#print(`${name}: ${resultText(result)}`);
    return result;
  }

  /** Prints a line that is not a step. */
  note(line: string): void {
    this.#print(line);
  }

  /** Records how to undo a completed step. */
  undoable(undo: Undo): void {
    this.#completed.push(undo);
  }

  /**
   * Undoes all steps in reverse order, even after one of them failed.
   * @returns the names of the steps that could not be undone
   */
  async undoAll(): Promise<string[]> {
    const left: string[] = [];
    for (const { what, undo } of this.#completed.splice(0).reverse()) {
      try {
        await undo();
        this.#print(`Undone: ${what}`);
      } catch (error) {
        left.push(what);
        this.#print(`NOT undone: ${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return left;
  }
}
