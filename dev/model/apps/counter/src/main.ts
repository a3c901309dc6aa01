const output = document.querySelector<HTMLOutputElement>("#value");

async function send(method: string, step?: number) {
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
