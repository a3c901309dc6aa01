-- Whether a session is still what somebody remembers of it: not over, and its user's plan the same.
CREATE FUNCTION session_holds(remembered jsonb) RETURNS boolean LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token = remembered ->> 'token' AND s.user_id = remembered ->> 'ownerId'
      AND u.plan = remembered ->> 'plan' AND s.expires_at > now());
END $$;
--> statement-breakpoint
-- The same of whoever starts a run: by a session (`meta.session`) or by a token with the scope (`meta.token`).
CREATE FUNCTION caller_holds(meta jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF meta ? 'session' THEN RETURN session_holds(meta -> 'session'); END IF;
  RETURN token_holds(meta -> 'token', scope);
END $$;
--> statement-breakpoint
-- Takes an Idempotency-Key that nobody has used, together with its answer: a `KeyTaken` (worker/runs/store.ts).
CREATE FUNCTION take_key(taken jsonb) RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO idempotency (user_id, key, fingerprint, holder, held_until, status, headers, body)
    VALUES (taken ->> 'userId', taken ->> 'key', taken ->> 'fingerprint', taken ->> 'holder', now(),
      (taken ->> 'status')::integer, taken -> 'headers', taken ->> 'body')
    ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;
--> statement-breakpoint
-- `note_run` for a start that was decided by what is remembered of the caller and of the project (`meta.mark`), and whose
-- Idempotency-Key, where it has one (`meta.key`), is presumably new; it gives the ground. Where any of that does not hold, or
-- the day's budget is spent, it fails, and so notes nothing.
CREATE OR REPLACE FUNCTION note_presumed_run(meta jsonb, most_files integer, most_messages integer, most_bytes integer)
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  start jsonb := meta -> 'start';
  ground json;
BEGIN
  PERFORM begin_run(meta);
  IF caller_holds(meta, 'runs:write') THEN
    ground := start_ground(start ->> 'projectId', start ->> 'ownerId', (start ->> 'day')::date, most_files, most_messages,
      most_bytes);
  END IF;
  IF ground IS NULL OR ground ->> 'mark' IS DISTINCT FROM meta ->> 'mark'
    OR (ground ->> 'taken')::bigint >= (meta ->> 'dailyMicroUsd')::bigint THEN
    RAISE EXCEPTION 'what is remembered does not hold' USING ERRCODE = 'ES412';
  END IF;
  IF meta ? 'key' AND NOT take_key(meta -> 'key') THEN
    RAISE EXCEPTION 'the key has been used' USING ERRCODE = 'ESKEY';
  END IF;
  PERFORM add_run(meta);
  RETURN ground;
END $$;
