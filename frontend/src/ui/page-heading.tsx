import { useEffect, useRef } from "react";

/** Whether client-side navigation led to the page. After a full load the browser announces the page itself. */
let hasMoved = false;
for (const move of ["pushState", "popstate"]) {
  addEventListener(move, () => {
    hasMoved = true;
  });
}

type PageHeadingProps = {
  title: string;
  /** The heading's text, if it differs from the title. */
  children?: string;
  className?: string;
};

/**
 * Renders the page's heading and sets the document title. After a client-side navigation the heading receives the
 * focus, unless a field has it: the followed link no longer exists, and a screen reader must announce the new page.
 */
export function PageHeading({ title, children = title, className = "" }: PageHeadingProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (hasMoved && document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <title>{`${title} · Edgesmith`}</title>
      <h1
        ref={ref}
        tabIndex={-1}
        title={children === title ? title : undefined}
        className={`min-w-0 font-semibold outline-none tracking-tight ${className}`}
      >
        {children}
      </h1>
    </>
  );
}
