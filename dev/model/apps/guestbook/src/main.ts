type Entry = { id: number; name: string; text: string; at: string };

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const form = find<HTMLFormElement>("#form");
const error = find("#error");
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

function card(entry: Entry): HTMLLIElement {
  const text = document.createElement("p");
  text.textContent = entry.text;
  const by = document.createElement("p");
  by.className = "by";
  const name = document.createElement("strong");
  name.textContent = entry.name;
  const time = document.createElement("time");
  time.dateTime = entry.at;
  time.textContent = days.format(new Date(entry.at));
  by.append(name, time);
  const item = document.createElement("li");
  item.append(text, by);
  return item;
}

async function load() {
  const response = await fetch("/api/entries");
  const entries: Entry[] = await response.json();
  find("#entries").replaceChildren(...entries.map(card));
  find("#count").textContent = entries.length === 1 ? "One entry" : `${entries.length} entries`;
}

async function sign() {
  const response = await fetch("/api/entries", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  form.reset();
  await load();
}

let lastDone = Promise.resolve();

/** Acts one after another, so that older entries that arrive late never hide newer ones. */
function attempt(action: () => Promise<void>) {
  lastDone = lastDone.then(() => run(action));
}

/** Shows what went wrong, and nothing when all went well. */
async function run(action: () => Promise<void>) {
  error.hidden = true;
  try {
    await action();
  } catch (reason) {
    error.textContent = reason instanceof Error ? reason.message : String(reason);
    error.hidden = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(sign);
});

attempt(load);
