export type Todo = {
  id: number;
  title: string;
  done: boolean;
};

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (response.status === 204) return undefined as T;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}`);
  return answer;
}

export const api = {
  list: () => call<Todo[]>("GET", "/api/todos"),
  create: (todo: Partial<Todo>) => call<Todo>("POST", "/api/todos", todo),
  update: (id: number, change: Partial<Todo>) => call<Todo>("PATCH", `/api/todos/${id}`, change),
  remove: (id: number) => call<void>("DELETE", `/api/todos/${id}`),
};
