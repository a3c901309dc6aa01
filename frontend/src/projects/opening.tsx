import { Logo } from "../ui/logo.tsx";

/** The question above the prompt that starts a project. */
export const question = "What do you want to build?";

/** The classes of the question, the same before and after the page's scripts have run, so that nothing moves. */
export const questionClass = "mb-6 text-center font-display text-3xl text-balance sm:text-4xl";

/** The classes of the area below the header, the same for the same reason. */
export const contentClass = "mx-auto w-full max-w-5xl flex-1 px-4 pt-12 pb-20 sm:px-6 sm:pt-16";

/**
 * Renders the first page before the session is known: its header and its question. The build writes it into index.html,
 * where the browser paints it before any script has run. The app shows it until the page itself can be shown.
 */
export function Opening() {
  return (
    <div className="flex min-h-full flex-col">
      <header className="shrink-0 border-b border-line bg-surface px-3 sm:px-4">
        <div className="flex h-13 items-center max-sm:[&_span_span]:hidden">
          <Logo />
        </div>
      </header>
      <main className={contentClass} aria-busy="true">
        <div className="mx-auto max-w-2xl">
          <h1 className={`font-semibold tracking-tight ${questionClass}`}>{question}</h1>
          <div className="h-34 rounded-xl border border-line-strong bg-raised shadow-lift" />
        </div>
      </main>
    </div>
  );
}
