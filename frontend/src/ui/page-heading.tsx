import { useEffect, useRef } from "react";

/** Whether the page was come to from another one here, and not loaded by the browser, which says it by itself. */
let hasMoved = false;
for (const move of ["pushState", "popstate"]) {
  addEventListener(move, () => {
    hasMoved = true;
  });
}

type PageHeadingProps = {
  title: string;
  /** What the heading says where that is not the title. */
  children?: string;
  className?: string;
};

/**
 * What the page is, in its heading and in the browser's tab. When the page comes in another's place it takes the focus,
 * unless a field has it already: the link that led here is gone, and a screen reader is to say where this is.
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
