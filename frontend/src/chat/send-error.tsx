import { X } from "lucide-react";
import { Link } from "wouter";
import { errorMessage, isApiError } from "../api/client.ts";
import { IconButton } from "../ui/button.tsx";
import { settleRefusal } from "./drafts.ts";

/** Shows why a prompt could not be sent, above its restored text. */
export function SendError({ draftKey, refusal }: { draftKey: string; refusal: unknown }) {
  return (
    <div role="alert" className="mb-1.5 flex items-start gap-2 rounded-md bg-bad-wash py-1 pr-1 pl-2.5 text-sm">
      <p className="min-w-0 flex-1 py-0.5 wrap-anywhere">
        {errorMessage(refusal)} {isApiError(refusal, "budget_exceeded") && <BudgetHint />}
      </p>
      <IconButton label="Dismiss" onClick={() => settleRefusal(draftKey)}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

/** Links to the settings in which the person can raise the budget. */
export const BudgetHint = () => (
  <>
    You can raise it in{" "}
    <Link href="/settings" className="underline underline-offset-3">
      Settings
    </Link>
    .
  </>
);
