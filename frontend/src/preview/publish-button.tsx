import { Globe } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { usePublish } from "./use-publish.ts";

/** Opens the publish dialog from anywhere in the workspace. */
export function Publish({ onClose }: { onClose: () => void }) {
  return <PublishDialog publishing={usePublish()} onClose={onClose} />;
}

/** Shows whether the app is published, and opens the publish dialog. */
export function PublishButton() {
  const { published, head } = usePublish();
  const [open, setOpen] = useState(false);
  const isBehind = published !== null && published.revision < head;
  return (
    <>
      <Button
        small
        tone={published === null ? "plain" : "quiet"}
        disabled={head === 0}
        className="ml-1"
        onClick={() => setOpen(true)}
      >
        <Globe size={13} className={published === null ? "" : "text-good"} />
        {published === null ? "Publish" : "Published"}
        {isBehind && (
          <span
            role="img"
            aria-label="Unpublished changes"
            title="Unpublished changes"
            className="size-1.5 rounded-full bg-ember"
          />
        )}
      </Button>
      {open && <Publish onClose={() => setOpen(false)} />}
    </>
  );
}
