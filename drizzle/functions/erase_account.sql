-- Deletes an account whose grace period is over, once it has no project left; the caller first deletes its projects one by
-- one, which settles their runs. Keeps spending, usage and audit log, without client IPs.
CREATE OR REPLACE FUNCTION erase_account(account_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "user" WHERE id = account_id AND deletion_due_at <= now() FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM project WHERE owner_id = account_id) THEN RETURN false; END IF;
  DELETE FROM idempotency WHERE user_id = account_id;
  DELETE FROM event WHERE owner_id = account_id;
  DELETE FROM verification WHERE value = account_id;
  UPDATE audit SET address = NULL, user_agent = NULL WHERE user_id = account_id;
  DELETE FROM "user" WHERE id = account_id;
  RETURN true;
END $$;
