import { Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./button.tsx";
import { removeStored, writeStored } from "./storage.ts";
import { useMedia } from "./use-media.ts";

type Theme = "light" | "dark";

const chosenTheme = (): Theme | null => {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : null;
};

/**
 * Switches to the other theme. A choice that equals the system's theme follows the system again, even when the system's
 * theme changes.
 */
export function ThemeToggle() {
  const system: Theme = useMedia("(prefers-color-scheme: dark)") ? "dark" : "light";
  const [chosen, setChosen] = useState(chosenTheme);
  const theme = chosen ?? system;
  const other = theme === "dark" ? "light" : "dark";
  const change = () => {
    if (other === system) {
      delete document.documentElement.dataset.theme;
      removeStored("local", "edgesmith-theme");
      setChosen(null);
    } else {
      document.documentElement.dataset.theme = other;
      writeStored("local", "edgesmith-theme", other);
      setChosen(other);
    }
    dispatchEvent(new Event("edgesmith-theme"));
  };
  return (
    <IconButton label={`Use the ${other} theme`} onClick={change}>
      {theme === "dark" ? <Sun size={16} /> : <Moon size={16} />}
    </IconButton>
  );
}
