import type { ReactNode } from "react";

type SectionProps = { title: string; note?: ReactNode; children: ReactNode };

export function Section({ title, note, children }: SectionProps) {
  return (
    <section className="mb-10">
      <h2 tabIndex={-1} className="outline-none text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {note !== undefined && <p className="mt-0.5 text-sm text-soft">{note}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
