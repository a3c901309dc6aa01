-- Ends the access to an account: increments its access epoch and, by the members of `ending`, deletes its sessions,
-- revokes its tokens and disables its webhooks and triggers. Hooks that are disabled for one of `overReasons`, which the
-- system would enable again, get `hooksReason` instead, so that only their owner can enable them. Returns the new epoch;
-- NULL when the account does not exist.
CREATE OR REPLACE FUNCTION end_access(account_id text, ending jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  epoch integer;
  over text[] := ARRAY(SELECT jsonb_array_elements_text(ending -> 'overReasons'));
BEGIN
  UPDATE "user" SET access_epoch = access_epoch + 1, updated_at = now() WHERE id = account_id
    RETURNING access_epoch INTO epoch;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF (ending ->> 'sessions')::boolean THEN
    DELETE FROM session WHERE user_id = account_id AND token IS DISTINCT FROM (ending ->> 'keptSession');
  END IF;
  IF (ending ->> 'tokens')::boolean THEN
    UPDATE api_token SET revoked_at = now() WHERE user_id = account_id AND revoked_at IS NULL;
  END IF;
  IF ending ->> 'hooksReason' IS NOT NULL THEN
    UPDATE webhook SET enabled = false, disabled_reason = ending ->> 'hooksReason', updated_at = now()
      WHERE owner_id = account_id AND (enabled OR disabled_reason = ANY (over));
    UPDATE trigger SET enabled = false, disabled_reason = ending ->> 'hooksReason'
      WHERE owner_id = account_id AND (enabled OR disabled_reason = ANY (over));
  END IF;
  RETURN epoch;
END $$;
