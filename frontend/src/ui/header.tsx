import { LogOut, Settings } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useSession, useSignOut } from "../sign-in/use-session.ts";
import { IconButton } from "./button.tsx";
import { Logo } from "./logo.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

type HeaderProps = {
  /** The page's heading, with the content next to it. */
  children?: ReactNode;
  /** The content in the middle. A narrow screen shows it in a separate row. */
  middle?: ReactNode;
  /** The content before the buttons. */
  aside?: ReactNode;
};

/** The header of every page for signed-in people. Both sides have equal width, so that the middle stays centred. */
export function Header({ children, middle, aside }: HeaderProps) {
  const { user } = useSession();
  const signOut = useSignOut();
  return (
    <header className="relative flex shrink-0 flex-wrap items-center gap-x-3 border-b border-line bg-surface px-3 sm:px-4 md:flex-nowrap">
      <div className="flex h-13 min-w-0 flex-1 items-center gap-3">
        <Link
          href="/"
          aria-label="Edgesmith, your projects"
          className={`flex shrink-0 rounded-md max-sm:[&_span_span]:hidden ${middle === undefined ? "" : "max-lg:[&_span_span]:hidden"}`}
        >
          <Logo />
        </Link>
        {children !== undefined && <span aria-hidden="true" className="h-5 w-px shrink-0 bg-line max-sm:hidden" />}
        <div className="flex min-w-0 flex-1 items-center gap-2">{children}</div>
      </div>
      {middle}
      <div className={`flex items-center justify-end gap-3 ${middle === undefined ? "" : "md:min-w-fit md:flex-1"}`}>
        {aside}
        <ThemeToggle />
        <Link
          href="/settings"
          aria-label="Settings"
          title="Settings"
          className="inline-grid size-7 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
        >
          <Settings size={16} />
        </Link>
        <IconButton label={`Sign out ${user?.email ?? ""}`.trim()} onClick={() => signOut.mutate()}>
          <LogOut size={16} />
        </IconButton>
      </div>
    </header>
  );
}
