import type { ReactNode } from "react";
import { Logo } from "../ui/logo.tsx";
import { ThemeToggle } from "../ui/theme-toggle.tsx";

export const linkClass = "font-medium text-ember-deep underline underline-offset-4";

/** The error message of a form. */
export const FormAlert = ({ children }: { children: ReactNode }) => (
  <p role="alert" className="rounded-md border border-bad bg-bad-wash px-3 py-2 text-sm">
    {children}
  </p>
);

function Pitch() {
  return (
    <section
      aria-label="Edgesmith"
      className="relative hidden overflow-hidden border-r border-line bg-sunken p-12 lg:flex lg:flex-col lg:gap-40"
    >
      <Logo size={26} />
      <div className="max-w-md">
        <h1 className="font-display text-5xl leading-[1.08] font-semibold tracking-tight text-balance">
          Describe an app. Watch it come together. Ship it.
        </h1>
        <p className="mt-5 text-soft">Undo any change. Every app gets its own server, database and web address.</p>
      </div>
      <div
        aria-hidden="true"
        className="absolute -right-32 -bottom-40 size-[30rem] rounded-full bg-ember opacity-20 blur-[110px]"
      />
    </section>
  );
}

type EntryProps = { title: string; heading?: string | undefined; note: ReactNode; children: ReactNode };

/** The layout of the pages for signed-out visitors. */
export function EntryPage({ title, heading = title, note, children }: EntryProps) {
  return (
    <div className="grid min-h-full lg:grid-cols-[1.1fr_1fr]">
      <title>{`${title} · Edgesmith`}</title>
      <Pitch />
      <main className="relative grid content-center justify-items-center p-6">
        <div className="absolute top-3 right-3">
          <ThemeToggle />
        </div>
        <div className="w-full max-w-sm">
          <div className="mb-8 lg:hidden">
            <Logo />
          </div>
          <h2 className="mb-1 text-2xl font-semibold tracking-tight">{heading}</h2>
          <p className="mb-6 text-sm text-soft">{note}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
