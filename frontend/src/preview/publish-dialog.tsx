import { Check, Copy, ExternalLink } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Published } from "../../../worker/contract/index.ts";
import { errorMessage } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { Confirm, Dialog } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { usePublish } from "./use-publish.ts";
import { VersionToPublish } from "./version-to-publish.tsx";

type Publishing = ReturnType<typeof usePublish>;
type PublishDialogProps = { publishing: Publishing; onClose: () => void };

/**
 * Returns the version to publish next, and a setter. Keeps the version that the person has read about when newer
 * versions appear meanwhile.
 */
function useVersion({ published, head }: Publishing) {
  const [number, setNumber] = useState(head);
  const isDone = published !== null && published.revision >= number;
  if (isDone && head > number) setNumber(head);
  return { number, setNumber };
}

/** Publishes, updates and unpublishes the app, and shows its public link. */
export function PublishDialog({ publishing, onClose }: PublishDialogProps) {
  const { published, publish, head } = publishing;
  const { projectId } = useWorkspace();
  const [asked, setAsked] = useState(false);
  const { number, setNumber } = useVersion(publishing);
  const isUpToDate = published?.revision === number;
  const close = useRef<HTMLButtonElement>(null);
  // The pressed button is now disabled and loses the focus.
  useEffect(() => {
    if (isUpToDate && document.activeElement?.matches("body, :disabled")) close.current?.focus();
  }, [isUpToDate]);
  if (asked) return <UnpublishDialog publishing={publishing} onClose={() => setAsked(false)} />;
  return (
    <Dialog title={published === null ? "Publish your app?" : "Your app is published"} onClose={onClose}>
      {published === null ? <BeforePublishing /> : <PublishedApp published={published} head={head} />}
      {!isUpToDate && <VersionToPublish number={number} onNumber={setNumber} />}
      {publish.isError && (
        <p role="alert" className="mt-4 rounded-md bg-bad-wash px-3 py-2 text-sm break-words text-bad">
          {errorMessage(publish.error)}
        </p>
      )}
      <p className="mt-4 text-sm">
        <Link href={`/projects/${projectId}/publishing`} className="underline underline-offset-3">
          Address, domains, versions, people and visits
        </Link>
      </p>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        {published !== null && (
          <Button tone="danger" className="mr-auto" onClick={() => setAsked(true)}>
            Unpublish
          </Button>
        )}
        <Button ref={close} onClick={onClose}>
          Close
        </Button>
        <Button tone="primary" busy={publish.isPending} disabled={isUpToDate} onClick={() => publish.mutate(number)}>
          {published === null ? "Publish" : "Update"}
        </Button>
      </div>
    </Dialog>
  );
}

function BeforePublishing() {
  return (
    <div className="grid gap-2 text-sm text-soft">
      <p>Anyone with the link can use it. The published app starts with an empty database.</p>
      <p>Visitors won't see later changes until you publish again.</p>
    </div>
  );
}

function PublishedApp({ published, head }: { published: Published; head: number }) {
  const [copied, setCopied] = useState(false);
  const { url, revision } = published;
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => setCopied(true),
      () => toast("Couldn't copy. Select the link and copy it yourself.", "bad"),
    );
  return (
    <>
      <output
        aria-label="Public link"
        className="stamp block rounded-md border border-line bg-sunken p-3 break-all select-all"
      >
        {url}
      </output>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button small onClick={() => void copy()}>
          {copied ? <Check size={13} /> : <Copy size={13} />} {copied ? "Copied" : "Copy link"}
        </Button>
        <Button small onClick={() => window.open(url, "_blank", "noopener")}>
          <ExternalLink size={13} /> Open
        </Button>
      </div>
      <p role="status" className="mt-4 text-sm text-soft">
        {revision === head
          ? "Up to date."
          : `Version ${revision} is published. You have unpublished changes up to version ${head}.`}
      </p>
    </>
  );
}

function UnpublishDialog({ publishing: { takeOffline }, onClose }: PublishDialogProps) {
  return (
    <Confirm
      title="Unpublish your app?"
      text={
        <>
          <p>The link will stop working. Visitors' data is kept for next time.</p>
          {takeOffline.isError && (
            <p role="alert" className="mt-3 text-bad">
              {errorMessage(takeOffline.error)}
            </p>
          )}
        </>
      }
      action="Unpublish"
      busy={takeOffline.isPending}
      onConfirm={() =>
        takeOffline.mutate(undefined, {
          onSuccess: () => {
            toast("Your app is unpublished.");
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}
