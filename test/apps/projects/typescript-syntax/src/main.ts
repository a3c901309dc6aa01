import type { Word } from "./word";
import { type Other, word } from "./word";

enum Level {
  Low = 1,
  High,
}
const enum Size {
  Small = "small",
}
namespace Names {
  export const first = "a name";
}
abstract class Plant {
  static #count = 0;
  static {
    Plant.#count = 3;
  }
  constructor(
    readonly name: string,
    private height = 2,
  ) {}
  get told(): string {
    return `${this.name} ${this.height} ${Plant.#count}`;
  }
}
class Fern extends Plant {
  declare kind: string;
}

const other = { value: 1 } satisfies Other;
const parts: Word[] = [word, Level[Level.High] ?? "", Size.Small, Names.first, new Fern("fern").told, String(other.value!)];
document.querySelector("#root")!.textContent = parts.join(" | ");
