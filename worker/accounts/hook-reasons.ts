/** The texts that tell the owner why webhooks and triggers of the account are disabled. */
export const hookReasons = {
  reset: "The password was reset. Check that this is yours, and enable it again.",
  changed: "The password was changed and other access ended. Check that this is yours, and enable it again.",
  ended: "The owners of the platform ended all access. Check that this is yours, and enable it again.",
  suspended: "The account is suspended.",
  leaving: "The account is about to be deleted.",
} as const;

export type HookReason = keyof typeof hookReasons;
