-- Enables the webhooks and triggers of an account that were disabled for one of these reasons, and returns their numbers.
CREATE OR REPLACE FUNCTION enable_hooks(account_id text, reasons text[]) RETURNS TABLE (webhooks integer, triggers integer)
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook SET enabled = true, disabled_reason = NULL, failing_since = NULL, updated_at = now()
    WHERE owner_id = account_id AND NOT enabled AND disabled_reason = ANY(reasons);
  GET DIAGNOSTICS webhooks = ROW_COUNT;
  UPDATE trigger SET enabled = true, disabled_reason = NULL
    WHERE owner_id = account_id AND NOT enabled AND disabled_reason = ANY(reasons);
  GET DIAGNOSTICS triggers = ROW_COUNT;
  RETURN NEXT;
END $$;
