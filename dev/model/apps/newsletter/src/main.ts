const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const form = find<HTMLFormElement>("#form");
const error = find("#error");
const state = find("#state");

async function subscribe() {
  const response = await fetch("/api/subscribers", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  const answer = await response.json();
  error.hidden = response.ok;
  error.textContent = response.ok ? "" : answer.error;
  state.textContent = response.ok ? `A mail is on its way to ${answer.address}. Open it and say yes.` : "";
  if (response.ok) form.reset();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void subscribe();
});
