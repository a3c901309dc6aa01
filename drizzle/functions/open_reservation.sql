-- Reserves money of an account's day and of the platform's day, checked and reserved in one statement each, so that
-- parallel calls cannot exceed a budget together. Raises ESBUD or ESPLT when a budget is insufficient.
-- meta: {id, kind, ownerId, day, microUsd, projectId, agent, model, dailyMicroUsd, platformMicroUsd?, dueSeconds?}
CREATE OR REPLACE FUNCTION open_reservation(meta jsonb) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  wanted bigint := (meta ->> 'microUsd')::bigint;
  daily bigint := (meta ->> 'dailyMicroUsd')::bigint;
  ceiling bigint := (meta ->> 'platformMicroUsd')::bigint;
  on_day date := (meta ->> 'day')::date;
BEGIN
  INSERT INTO spending AS s (owner_id, day, reserved) SELECT meta ->> 'ownerId', on_day, wanted WHERE wanted <= daily
    ON CONFLICT (owner_id, day) DO UPDATE SET reserved = s.reserved + excluded.reserved
      WHERE s.spent + s.reserved + excluded.reserved <= daily;
  IF NOT FOUND THEN RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD'; END IF;

  -- A model without a price reserves nothing, and so never meets the ceiling. A Worker that names no ceiling has none.
  INSERT INTO platform_spending AS p (day, reserved)
    SELECT on_day, wanted WHERE ceiling IS NULL OR wanted = 0 OR wanted <= ceiling
    ON CONFLICT (day) DO UPDATE SET reserved = p.reserved + excluded.reserved
      WHERE ceiling IS NULL OR wanted = 0 OR p.spent + p.reserved + excluded.reserved <= ceiling;
  IF NOT FOUND THEN RAISE EXCEPTION 'no money left on the platform' USING ERRCODE = 'ESPLT'; END IF;

  INSERT INTO reservation (id, kind, owner_id, day, micro_usd, project_id, agent, model, due_at)
    VALUES (meta ->> 'id', meta ->> 'kind', meta ->> 'ownerId', on_day, wanted, meta ->> 'projectId', meta ->> 'agent',
      meta ->> 'model', now() + make_interval(secs => (meta ->> 'dueSeconds')::double precision));
END $$;
