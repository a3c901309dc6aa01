export function App() {
  return (
    <main className="container py-6">
      <button type="button" className="btn rounded-md bg-primary/90 px-4 py-2 text-primary-foreground hover:bg-primary">
        Press
      </button>
      <input className="mt-4 border-border" placeholder="a form" />
      <article className="prose mt-[13px]">
        <h2>Typography</h2>
        <p>words</p>
      </article>
      <div className="animate-in fade-in duration-700 grid-cols-[1fr_2fr] grid">
        <span className="animate-wave">a</span>
        <span className="text-red-500/50">b</span>
      </div>
    </main>
  );
}
