import { createContext, type ReactNode, useContext, useState } from "react";

// A turn that is scrolled away leaves the document with its state, so the parts that a person opened are kept here.
const Opened = createContext<Map<string, boolean>>(new Map());
const TurnKey = createContext("");

/** Marks the components of one turn, whose keys are unique within it. */
export const TurnKeyProvider = TurnKey.Provider;

/** Keeps which parts of the conversation are open, for as long as the conversation is shown. */
export function OpenedProvider({ children }: { children: ReactNode }) {
  const [states] = useState(() => new Map<string, boolean>());
  return <Opened value={states}>{children}</Opened>;
}

/**
 * Returns whether a person opened or closed a part of a turn, and how to change it; null until they did either.
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
