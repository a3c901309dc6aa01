export function App() {
  return (
    <main className="stack p-4">
      <h1 className="font-display text-brand-500 text-2xl">Theme</h1>
      <p data-state="open" className="data-[state=open]:bg-surface has-[b]:p-3 rounded-card [&>b]:underline">
        <b>variant</b>
      </p>
      <p className="content-auto before:content-['a_b'] bg-[url('/dot.png')] w-[calc(100%-2rem)]">arbitrary</p>
    </main>
  );
}
