import { title } from "@shared/title";

function named(_: unknown, name: string): void {
  document.querySelector("p")!.textContent = `${title}: ${name}`;
}

class Page {
  @named greeting(): void {}
}

new Page().greeting();
