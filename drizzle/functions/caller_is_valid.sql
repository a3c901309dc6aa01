-- Returns whether the cached caller of a request is still valid: a session (`meta.session`), or a token with this
-- scope (`meta.token`).
CREATE OR REPLACE FUNCTION caller_is_valid(meta jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF meta ? 'session' THEN RETURN session_is_valid(meta -> 'session'); END IF;
  RETURN token_is_valid(meta -> 'token', scope);
END $$;
