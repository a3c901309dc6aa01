const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const form = find<HTMLFormElement>("#form");
const input = find<HTMLInputElement>("#photo");
const error = find("#error");
const state = find("#state");

/** Shows an error, and nothing when all went well. */
async function attempt(action: () => Promise<void>) {
  error.hidden = true;
  try {
    await action();
  } catch (reason) {
    error.textContent = reason instanceof Error ? reason.message : String(reason);
    error.hidden = false;
  }
}

function picture(address: string): HTMLLIElement {
  const image = document.createElement("img");
  image.src = address;
  image.alt = "A picture that somebody hung up";
  image.loading = "lazy";
  const item = document.createElement("li");
  item.append(image);
  return item;
}

async function load() {
  const addresses: string[] = await (await fetch("/api/photos")).json();
  find("#photos").replaceChildren(...addresses.map(picture));
  state.textContent = addresses.length === 1 ? "One picture" : `${addresses.length} pictures`;
}

async function hang() {
  const [file] = input.files ?? [];
  if (!file) return;
  state.textContent = "Uploading…";
  const begun = await fetch("/api/photos", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: file.type, bytes: file.size }),
  });
  const answer = await begun.json();
  if (!begun.ok) throw new Error(answer.error);
  const stored = await fetch(answer.address, { method: "PUT", headers: { "content-type": file.type }, body: file });
  if (!stored.ok) throw new Error(await stored.text());
  form.reset();
  await load();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void attempt(hang);
});

void attempt(load);
