ALTER TABLE "user" ADD COLUMN "access_epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "suspended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "deletion_due_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "user_closed" ON "user" USING btree ("deletion_due_at") WHERE "suspended_at" IS NOT NULL OR "deletion_due_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "api_token" ADD COLUMN "successor_id" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN "enabled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN "disabled_reason" text;--> statement-breakpoint
-- A provider's tokens were stored and never used.
UPDATE "account" SET "access_token" = NULL, "refresh_token" = NULL, "id_token" = NULL
  WHERE "access_token" IS NOT NULL OR "refresh_token" IS NOT NULL OR "id_token" IS NOT NULL;--> statement-breakpoint
-- Whether a token is still what somebody remembers of it, neither revoked nor expired, has a scope, and belongs to an account
-- that is neither suspended nor about to be deleted; its use is recorded then, at most once a minute.
CREATE OR REPLACE FUNCTION token_holds(remembered jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE used timestamptz;
BEGIN
  SELECT t.last_used_at INTO used FROM api_token t JOIN "user" u ON u.id = t.user_id
    WHERE t.sha256 = remembered ->> 'sha256' AND t.id = remembered ->> 'id' AND t.user_id = remembered ->> 'ownerId'
      AND u.plan = remembered ->> 'plan' AND scope = ANY(t.scopes)
      AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
  IF NOT FOUND THEN RETURN false; END IF;
  IF used IS NULL OR used < now() - interval '1 minute' THEN
    UPDATE api_token SET last_used_at = now() WHERE id = remembered ->> 'id';
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
-- The same of a session: not over, its user's plan unchanged, the account neither suspended nor about to be deleted.
CREATE OR REPLACE FUNCTION session_holds(remembered jsonb) RETURNS boolean LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token = remembered ->> 'token' AND s.user_id = remembered ->> 'ownerId'
      AND u.plan = remembered ->> 'plan' AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND s.expires_at > now());
END $$;
--> statement-breakpoint
-- Ends access to an account and increases its access epoch, in one transaction. `ending` (worker/accounts/end-access.ts):
-- `sessions`, whether sessions are deleted, but for the one whose token is `keptSession`; `tokens`, whether API tokens are
-- revoked; `hooksReason`, why webhooks and triggers are disabled, absent where they stay on. Gives the new epoch; null where
-- there is no such account.
CREATE FUNCTION end_access(account_id text, ending jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE epoch integer;
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
      WHERE owner_id = account_id AND enabled;
    UPDATE trigger SET enabled = false, disabled_reason = ending ->> 'hooksReason' WHERE owner_id = account_id AND enabled;
  END IF;
  RETURN epoch;
END $$;
--> statement-breakpoint
-- Enables the webhooks and triggers of an account that were disabled for one of these reasons, and gives how many.
CREATE FUNCTION enable_hooks(account_id text, reasons text[]) RETURNS TABLE (webhooks integer, triggers integer)
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
--> statement-breakpoint
-- Deletes an account whose grace period is over, once it has no project left: those are deleted one by one before, since that
-- accounts for their runs. Spending, usage and audit stay, without the addresses of its clients.
CREATE FUNCTION erase_account(account_id text) RETURNS boolean LANGUAGE plpgsql AS $$
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
--> statement-breakpoint
-- What an operator does to an account, by its id or email address: suspends it, or lets it in again.
-- `operation`: the account, whether it is suspended, why its hooks are disabled (or were), the audit entry's id and who does
-- it. Gives the account's id; null where there is none.
CREATE FUNCTION set_suspension(operation jsonb) RETURNS text LANGUAGE plpgsql AS $$
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
--> statement-breakpoint
-- Takes a published app down for an operator; the sweep has the preview Worker hear of it at once. Gives the owner's id; null
-- where the project is not there or not public.
CREATE FUNCTION take_down(taken_id text, audit_id text, operator text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  owner text;
  publication_number integer;
BEGIN
  UPDATE project SET visibility = 'private', published_revision = NULL, publication = publication + 1,
    updated_at = clock_timestamp() WHERE id = taken_id AND visibility = 'public'
    RETURNING owner_id, publication INTO owner, publication_number;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO untold_publication (project_id, number, due_at) VALUES (taken_id, publication_number, now())
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at;
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject)
    VALUES (audit_id, owner, 'system', operator, 'project.unpublished', taken_id) ON CONFLICT DO NOTHING;
  RETURN owner;
END $$;
