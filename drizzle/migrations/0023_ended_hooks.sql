-- As before, and of the hooks that are off for one of `overReasons`, and so would come back by themselves, the reason becomes
-- this one too: they wait for their owner's word then.
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
--> statement-breakpoint
-- As before, and the links to its preview and the visits end, as they do when its owner takes it down.
CREATE OR REPLACE FUNCTION take_down(taken_id text, audit_id text, operator text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  owner text;
  publication_number integer;
BEGIN
  UPDATE project SET visibility = 'private', published_revision = NULL, publication = publication + 1,
    preview_epoch = preview_epoch + 1, updated_at = clock_timestamp() WHERE id = taken_id AND visibility = 'public'
    RETURNING owner_id, publication INTO owner, publication_number;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO untold_publication (project_id, number, due_at) VALUES (taken_id, publication_number, now())
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at;
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject)
    VALUES (audit_id, owner, 'system', operator, 'project.unpublished', taken_id) ON CONFLICT DO NOTHING;
  RETURN owner;
END $$;
