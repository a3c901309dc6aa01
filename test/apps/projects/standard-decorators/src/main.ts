function logged<T extends (...args: never[]) => string>(method: T, { name }: ClassMethodDecoratorContext): T {
  return function (this: unknown, ...args: never[]) {
    return `${String(name)}: ${method.apply(this, args)}`;
  } as T;
}

class Speaker {
  accessor volume = 3;
  @logged speak(): string {
    return `volume ${this.volume}`;
  }
}

using resource = { word: "used", [Symbol.dispose]() {} };
enum Level {
  Low = 1,
  High,
}
document.querySelector("#root")!.textContent = `${new Speaker().speak()} ${resource.word} ${Level[Level.High]}`;
