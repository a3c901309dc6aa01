const output = document.querySelector<HTMLOutputElement>("#value");

let lastSent = Promise.resolve();

/** Sends one after another, so that an older value that arrives late never hides a newer one. */
function send(method: string, step?: number) {
  lastSent = lastSent.then(() => ask(method, step)).catch((reason) => console.error(reason));
}

async function ask(method: string, step?: number) {
  const response = await fetch("/api/counter", { method, ...(step ? { body: JSON.stringify({ step }) } : {}) });
  const { value } = await response.json();
  if (output) output.textContent = String(value);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-step]")) {
  button.addEventListener("click", () => send("POST", Number(button.dataset.step)));
}
document.querySelector("[data-reset]")?.addEventListener("click", () => send("DELETE"));

send("GET");
// Others may count too.
setInterval(() => document.visibilityState === "visible" && send("GET"), 3_000);
