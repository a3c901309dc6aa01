import { BookCheck, BookOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { cn } from "@/lib/utils";

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
    <main className="mx-auto flex max-w-2xl flex-col gap-7 px-4 py-16">
      <h1 className="text-4xl font-semibold tracking-tight">Reading list</h1>
      <AddBook onAdd={(book) => act("POST", "/api/books", book)} />
      {error && (
        <p className="text-destructive" role="alert">
          {error}
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {books.map((book) => (
          <BookRow key={book.id} book={book} onToggle={() => act("POST", `/api/books/${book.id}/read`)} />
        ))}
      </ul>
      {books.length === 0 && <p className="text-muted-foreground">No books yet. What do you want to read?</p>}
    </main>
  );
}

function BookRow({ book, onToggle }: { book: Book; onToggle: () => void }) {
  const Icon = book.read ? BookCheck : BookOpen;
  return (
    <li className="flex flex-col items-stretch gap-4 rounded-xl border border-border bg-card px-5 py-4 wrap-anywhere sm:flex-row sm:items-center">
      <Icon aria-hidden className={cn("size-5 shrink-0", book.read ? "text-muted-foreground" : "text-primary")} />
      <div className="min-w-0 flex-1">
        <h2 className="font-medium">{book.title}</h2>
        <p className="text-sm text-muted-foreground">{book.author}</p>
      </div>
      <Button variant="outline" onClick={onToggle}>
        {book.read ? "Read again" : "I have read it"}
      </Button>
    </li>
  );
}

function AddBook({ onAdd }: { onAdd: (book: { title: string; author: string }) => void }) {
  const [title, setTitle] = useState("");
  const [author, setAuthor] = useState("");
  return (
    <form
      className="grid gap-2 sm:grid-cols-[1fr_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd({ title, author });
        setTitle("");
        setAuthor("");
      }}
    >
      <Input
        aria-label="Title"
        placeholder="Title"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        required
      />
      <Input
        aria-label="Author"
        placeholder="Author"
        value={author}
        onChange={(event) => setAuthor(event.target.value)}
        required
      />
      <Button type="submit">Add</Button>
    </form>
  );
}
