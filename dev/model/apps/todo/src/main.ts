import { api, type Todo } from "./api.ts";

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const form = find<HTMLFormElement>("#new");
const list = find<HTMLUListElement>("#list");
const error = find("#error");

let todos: Todo[] = [];

let last = Promise.resolve();

/** Acts one after another, so that an older list that arrives late never hides a newer one. */
function act(action: () => Promise<unknown>) {
  last = last.then(() => run(action));
}

/** Runs an action, shows what went wrong if it fails, and always shows the state of the server afterwards. */
async function run(action: () => Promise<unknown>) {
  try {
    await action();
    todos = await api.list();
    error.hidden = true;
  } catch (reason) {
    error.textContent = reason instanceof Error ? reason.message : String(reason);
    error.hidden = false;
  }
  render();
}

function item(todo: Todo): HTMLLIElement {
  const row = document.createElement("li");
  row.className = todo.done ? "todo done" : "todo";

  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = todo.done;
  box.addEventListener("change", () => act(() => api.update(todo.id, { done: box.checked })));

  const title = document.createElement("span");
  title.textContent = todo.title;

  const label = document.createElement("label");
  label.append(box, title);

  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "remove";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `Delete “${todo.title}”`);
  remove.addEventListener("click", () => act(() => api.remove(todo.id)));

  row.append(label);
  row.append(remove);
  return row;
}

function render() {
  const shown = todos;
  list.replaceChildren(...shown.map(item));
  const done = todos.filter((todo) => todo.done).length;
  find("#count").textContent = todos.length === 0 ? "All clear" : `${done} of ${todos.length} done`;
  find("#progress").style.width = `${todos.length === 0 ? 0 : (100 * done) / todos.length}%`;
  find("#empty").hidden = todos.length > 0;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const todo = { title: String(data.get("title")) };
  form.reset();
  find("#title").focus();
  act(() => api.create(todo));
});

act(async () => {});
