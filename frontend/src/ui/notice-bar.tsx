import { useQuery } from "@tanstack/react-query";
import { ChevronDown, X } from "lucide-react";
import { useState } from "react";
import { readyQuery, rememberedModel } from "../api/ready.ts";
import { IconButton } from "./button.tsx";
import { readStored, writeStored } from "./storage.ts";

const howTo = "Set ANTHROPIC_API_KEY (or ANTHROPIC_BASE_URL for a server of your own) and start Edgesmith again.";

/** Says plainly that no model is set and a script answers, and how to set one. */
export function NoticeBar() {
  const { data } = useQuery(readyQuery);
  const [before] = useState(rememberedModel);
  const model = data?.model ?? before;
  const [opened, setOpened] = useState(false);
  const [hidden, setHidden] = useState(() => readStored("session", "edgesmith-notice") === "hidden");
  if (model === undefined || !model.scripted || hidden) return null;
  const hide = () => {
    writeStored("session", "edgesmith-notice", "hidden");
    setHidden(true);
  };
  return (
    <aside
      aria-label="Model notice"
      className="flex items-start gap-3 border-b border-line bg-ember-wash px-4 py-1.5 text-xs sm:items-center sm:text-sm"
    >
      <p className={`min-w-0 flex-1 ${opened ? "" : "max-md:line-clamp-2"}`}>
        <strong className="font-semibold">Scripted model.</strong>{" "}
        {model.notice ?? `The answers come from a script, not from a model. ${howTo}`}
      </p>
      <IconButton
        label="Read the whole notice"
        aria-expanded={opened}
        className="md:hidden"
        onClick={() => setOpened(!opened)}
      >
        <ChevronDown size={15} className={opened ? "rotate-180" : ""} />
      </IconButton>
      <IconButton label="Hide the notice" onClick={hide}>
        <X size={15} />
      </IconButton>
    </aside>
  );
}
