-- Suspends an account or lifts its suspension, by its id or email address, on behalf of an operator. Returns the
-- account's id; NULL when the account does not exist.
-- `operation`: the account, whether it is suspended, why its hooks are disabled (or were), the audit entry's id and
-- the operator.
CREATE OR REPLACE FUNCTION set_suspension(operation jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  is_suspended boolean := (operation ->> 'suspended')::boolean;
  account_id text;
BEGIN
  UPDATE "user" SET suspended_at = CASE WHEN is_suspended THEN coalesce(suspended_at, now()) END, updated_at = now()
    WHERE id = operation ->> 'account' OR email = lower(operation ->> 'account') RETURNING id INTO account_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF is_suspended THEN
    -- Its sessions and tokens stay, and are refused for as long as it is suspended.
    PERFORM end_access(account_id, jsonb_build_object('sessions', false, 'tokens', false,
      'hooksReason', operation ->> 'hooksReason'));
  ELSE
    PERFORM enable_hooks(account_id, ARRAY[operation ->> 'hooksReason']);
  END IF;
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject) VALUES (operation ->> 'auditId', account_id, 'system',
    operation ->> 'by', CASE WHEN is_suspended THEN 'account.suspended' ELSE 'account.unsuspended' END, account_id)
    ON CONFLICT DO NOTHING;
  RETURN account_id;
END $$;
