import { useMutation } from "@tanstack/react-query";
import { lazy, type SubmitEvent, Suspense, useState } from "react";
import type { Me } from "../../../worker/contract/index.ts";
import {
  createBackupCodes,
  disableSecondFactor,
  enterCode,
  type NewSecondFactor,
  prepareSecondFactor,
} from "../api/auth.ts";
import { queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { SecretOnce } from "./secret-once.tsx";

const QrCode = lazy(() => loadChunk(() => import("./qr-code.tsx")).then((found) => ({ default: found.QrCode })));

const refresh = () => queryClient.invalidateQueries();

type FormProps = {
  label: string;
  action: string;
  isPassword?: boolean;
  run: (text: string) => Promise<unknown>;
  onClose: () => void;
};

/** Asks for a password or a code. An account without a password leaves the field empty. */
function OneLineForm({ label, action, isPassword = false, run, onClose }: FormProps) {
  const save = useMutation({ meta: { shown: true }, mutationFn: run });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(String(new FormData(event.currentTarget).get("line")));
  };
  const kind = isPassword
    ? { type: "password", autoComplete: "current-password" }
    : { inputMode: "text" as const, autoComplete: "one-time-code", required: true };
  return (
    <form onSubmit={submit} className="mt-4 grid gap-4">
      <Field label={label} name="line" autoFocus {...kind} />
      <Refusal error={save.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="primary" type="submit" busy={save.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}

const confirmed = (password: string) => (password === "" ? {} : { password });

function SetUp({ made, onDone, onClose }: { made: NewSecondFactor; onDone: () => void; onClose: () => void }) {
  return (
    <Dialog title="Add Edgesmith to your authenticator app" closesBeside={false} onClose={onClose}>
      <p className="text-sm text-soft">
        Scan this code with the app, enter the key by hand, or{" "}
        <a href={made.uri} className="font-medium text-ember-deep underline underline-offset-4">
          open it in an app on this device
        </a>
        .
      </p>
      <div className="mt-3 flex size-44">
        <Suspense>
          <QrCode text={made.uri} label="QR code for your authenticator app" />
        </Suspense>
      </div>
      <output
        aria-label="Key"
        className="stamp mt-3 block rounded-md border border-line bg-sunken p-3 break-all select-all"
      >
        {made.secret.replace(/(.{4})(?=.)/g, "$1 ")}
      </output>
      <OneLineForm
        label="Code from the app"
        action="Turn on"
        onClose={onClose}
        run={async (code) => {
          await enterCode(code);
          onDone();
        }}
      />
    </Dialog>
  );
}

type Step = { name: "password" | "codes" | "off" | "verify" } | { name: "app" | "backup"; made: NewSecondFactor };

const codesNote =
  "Each signs you in once when you don't have your phone. Store them somewhere safe; we won't show them again.";

function Steps({ step, go }: { step: Step; go: (next: Step | null) => void }) {
  const close = () => go(null);
  if (step.name === "app")
    return <SetUp made={step.made} onClose={close} onDone={() => go({ name: "backup", made: step.made })} />;
  if (step.name === "backup") {
    const done = () => {
      close();
      void refresh();
    };
    return (
      <SecretOnce title="Your backup codes" secret={step.made.backupCodes.join(" ")} note={codesNote} onClose={done} />
    );
  }
  if (step.name === "verify") {
    const run = async (code: string) => {
      await enterCode(code);
      close();
      await refresh();
    };
    return (
      <Dialog title="Enter a code" onClose={close}>
        <OneLineForm label="Code from the app, or a backup code" action="Verify" run={run} onClose={close} />
      </Dialog>
    );
  }
  const run = async (password: string) => {
    if (step.name === "password") go({ name: "app", made: await prepareSecondFactor(confirmed(password)) });
    if (step.name === "codes")
      go({ name: "backup", made: { uri: "", secret: "", backupCodes: await createBackupCodes(confirmed(password)) } });
    if (step.name === "off") {
      await disableSecondFactor(confirmed(password));
      toast("Two-step sign-in is off.");
      close();
      await refresh();
    }
  };
  return (
    <Dialog title="Confirm it's you" onClose={close}>
      <p className="text-sm text-soft">Leave it empty if you sign in with GitHub and have no password.</p>
      <OneLineForm label="Your password" action="Continue" isPassword run={run} onClose={close} />
    </Dialog>
  );
}

/** Turns the account's second factor on and off, and replaces its backup codes. */
export function SecondFactor({ me }: { me: Me }) {
  const [step, setStep] = useState<Step | null>(null);
  const { enabled, verified, required } = me.secondFactor;
  return (
    <>
      {required && !verified && (
        <p role="status" className="mb-3 rounded-md border border-ember bg-ember-wash px-3 py-2 text-sm">
          The administration needs two-step sign-in{enabled ? ": enter a code for this session." : "."}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <span className="text-sm">{enabled ? "On" : "Off"}</span>
        {!enabled && (
          <Button tone="primary" onClick={() => setStep({ name: "password" })}>
            Turn on
          </Button>
        )}
        {enabled && !verified && <Button onClick={() => setStep({ name: "verify" })}>Enter a code</Button>}
        {enabled && <Button onClick={() => setStep({ name: "codes" })}>New backup codes</Button>}
        {enabled && (
          <Button tone="danger" onClick={() => setStep({ name: "off" })}>
            Turn off
          </Button>
        )}
      </div>
      {step !== null && <Steps step={step} go={setStep} />}
    </>
  );
}
