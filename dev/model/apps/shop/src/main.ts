import { type Product, products } from "./products.ts";

const find = (selector: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const error = find("#error");
const notice = find("#notice");
const price = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
const nameOf = (id: string) => products.find((product) => product.id === id)?.name ?? "Your tea";

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

async function answerOf(response: Response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function buy(product: Product, button: HTMLButtonElement) {
  button.disabled = true;
  const request = fetch("/api/checkout", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ product: product.id }),
  });
  try {
    const { url } = await answerOf(await request);
    location.assign(url);
  } finally {
    button.disabled = false;
  }
}

function card(product: Product): HTMLLIElement {
  const name = document.createElement("strong");
  name.textContent = product.name;
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = `Buy for ${price.format(product.cents / 100)}`;
  button.addEventListener("click", () => void attempt(() => buy(product, button)));
  const item = document.createElement("li");
  item.append(name, button);
  return item;
}

async function showPurchase(session: string) {
  const { product, paid } = await answerOf(await fetch(`/api/purchases/${encodeURIComponent(session)}`));
  notice.textContent = paid ? `Thank you! ${nameOf(product)} is on its way.` : `${nameOf(product)} is not paid yet.`;
  notice.hidden = false;
}

find("#products").replaceChildren(...products.map(card));
const session = new URLSearchParams(location.search).get("session");
if (session !== null) void attempt(() => showPurchase(session));
