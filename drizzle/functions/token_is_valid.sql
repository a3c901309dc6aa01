-- Returns whether a cached token is still valid: neither revoked nor expired, with this scope, of an account on the
-- cached plan that is neither suspended nor about to be deleted. Records the token's use, at most once a minute.
CREATE OR REPLACE FUNCTION token_is_valid(cached jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE used timestamptz;
BEGIN
  SELECT t.last_used_at INTO used FROM api_token t JOIN "user" u ON u.id = t.user_id
    WHERE t.sha256 = cached ->> 'sha256' AND t.id = cached ->> 'id' AND t.user_id = cached ->> 'ownerId'
      AND u.plan = cached ->> 'plan' AND scope = ANY(t.scopes)
      AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
  IF NOT FOUND THEN RETURN false; END IF;
  IF used IS NULL OR used < now() - interval '1 minute' THEN
    UPDATE api_token SET last_used_at = now() WHERE id = cached ->> 'id';
  END IF;
  RETURN true;
END $$;
