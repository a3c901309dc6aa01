-- Reserves money for a model call of a generated app. Raises ESAPP when the app's daily limit is used up, and the errors
-- of set_aside.
-- meta: that of set_aside, with `appMicroUsd`; the agent is `app`.
CREATE OR REPLACE FUNCTION set_aside_for_app(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  project text := meta ->> 'projectId';
  on_day date := (meta ->> 'day')::date;
  taken bigint;
BEGIN
  -- One reservation of an app at a time, so that parallel calls cannot exceed its limit together.
  PERFORM pg_advisory_xact_lock(hashtextextended('app_money:' || project, 0));
  SELECT coalesce((SELECT sum(u.micro_usd) FROM usage u WHERE u.owner_id = meta ->> 'ownerId' AND u.day = on_day
      AND u.project_id = project AND u.agent = meta ->> 'agent'), 0)
    + coalesce((SELECT sum(r.micro_usd) FROM reservation r WHERE r.owner_id = meta ->> 'ownerId' AND r.day = on_day
      AND r.project_id = project AND r.agent = meta ->> 'agent'), 0) INTO taken;
  IF taken + (meta ->> 'microUsd')::bigint > (meta ->> 'appMicroUsd')::bigint THEN
    RAISE EXCEPTION 'no money left for the app' USING ERRCODE = 'ESAPP';
  END IF;
  PERFORM set_aside(meta);
END $$;
