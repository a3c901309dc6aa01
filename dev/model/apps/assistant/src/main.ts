import { textsOf } from "./texts-of.ts";

type Message = { role: "user" | "assistant"; content: string };

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const form = find<HTMLFormElement>("#form");
const question = find<HTMLTextAreaElement>("#question");
const send = find<HTMLButtonElement>("#send");
const error = find("#error");
const conversation: Message[] = [];

function line(role: Message["role"], text: string): HTMLLIElement {
  const item = document.createElement("li");
  item.className = role === "user" ? "mine" : "";
  item.textContent = text;
  find("#messages").append(item);
  return item;
}

/** Shows an answer as it arrives, and remembers it once it is whole. */
async function ask(content: string) {
  const messages: Message[] = [...conversation, { role: "user", content }];
  const response = await fetch("/api/answers", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages }),
  });
  if (!response.ok || response.body === null) throw new Error((await response.json()).error);
  line("user", content);
  form.reset();
  const item = line("assistant", "");
  item.ariaBusy = "true";
  try {
    for await (const text of textsOf(response.body)) item.append(text);
  } finally {
    item.ariaBusy = "false";
  }
  conversation.push({ role: "user", content }, { role: "assistant", content: item.textContent ?? "" });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  send.disabled = true;
  error.hidden = true;
  try {
    await ask(question.value.trim());
  } catch (reason) {
    error.textContent = reason instanceof Error ? reason.message : String(reason);
    error.hidden = false;
  } finally {
    send.disabled = false;
  }
});
