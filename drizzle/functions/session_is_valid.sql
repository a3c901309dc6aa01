-- Returns whether a cached session is still valid: not expired, of an account on the cached plan that is neither
-- suspended nor about to be deleted.
CREATE OR REPLACE FUNCTION session_is_valid(cached jsonb) RETURNS boolean LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token = cached ->> 'token' AND s.user_id = cached ->> 'ownerId'
      AND u.plan = cached ->> 'plan' AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND s.expires_at > now());
END $$;
