import { createContext, type ReactNode, useContext, useState } from "react";

// Scrolling a turn out of view removes it and its state from the document, so this remembers which parts the person
// opened.
const Opened = createContext<Map<string, boolean>>(new Map());
const TurnKey = createContext("");

/** Provides the turn to its components, whose keys are unique within it. */
export const TurnKeyProvider = TurnKey.Provider;

/** Remembers which parts of the conversation are open, until the conversation is unmounted. */
export function OpenedProvider({ children }: { children: ReactNode }) {
  const [states] = useState(() => new Map<string, boolean>());
  return <Opened value={states}>{children}</Opened>;
}

/**
 * Returns whether a person opened (true) or closed (false) a part of a turn, null for neither, and a setter.
 * @param key unique within the turn
 */
export function useOpened(key: string): [boolean | null, (open: boolean) => void] {
  const states = useContext(Opened);
  const whole = `${useContext(TurnKey)} ${key}`;
  const [opened, setOpened] = useState(states.get(whole) ?? null);
  const change = (open: boolean) => {
    states.set(whole, open);
    setOpened(open);
  };
  return [opened, change];
}
