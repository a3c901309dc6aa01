import { useEffect, useRef, useState } from "react";

type Book = { id: number; title: string; author: string; read: number };

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export function ReadingList() {
  const [books, setBooks] = useState<Book[]>([]);
  const [error, setError] = useState("");

  const last = useRef(Promise.resolve());

  /** Acts one after another, so that an older list that arrives late never hides a newer one. */
  const act = (method: string, path: string, body?: object) => {
    last.current = last.current.then(() => run(method, path, body));
  };

  const run = async (method: string, path: string, body?: object) => {
    try {
      if (method !== "GET") await call(method, path, body);
      setBooks(await call<Book[]>("GET", "/api/books"));
      setError("");
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    act("GET", "/api/books");
  }, []);

  return (
    <main className="page">
      <h1>Reading list</h1>
      <AddBook onAdd={(book) => act("POST", "/api/books", book)} />
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <ul className="shelf">
        {books.map((book) => (
          <li key={book.id} className={book.read ? "book read" : "book"}>
            <div>
              <h2>{book.title}</h2>
              <p className="quiet">{book.author}</p>
            </div>
            <button type="button" className="button plain" onClick={() => act("POST", `/api/books/${book.id}/read`)}>
              {book.read ? "Read again" : "I have read it"}
            </button>
          </li>
        ))}
      </ul>
      {books.length === 0 && <p className="quiet">No books yet. What do you want to read?</p>}
    </main>
  );
}

function AddBook({ onAdd }: { onAdd: (book: { title: string; author: string }) => void }) {
  const [title, setTitle] = useState("");
  const [author, setAuthor] = useState("");
  return (
    <form
      className="add"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd({ title, author });
        setTitle("");
        setAuthor("");
      }}
    >
      <input
        className="field"
        aria-label="Title"
        placeholder="Title"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        required
      />
      <input
        className="field"
        aria-label="Author"
        placeholder="Author"
        value={author}
        onChange={(event) => setAuthor(event.target.value)}
        required
      />
      <button type="submit" className="button">
        Add
      </button>
    </form>
  );
}
