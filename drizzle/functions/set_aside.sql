-- Reserves money for a model call outside a run. Raises ESBUD when the account has no budget left for the day.
-- meta: that of open_reservation, with `planMicroUsd` in place of `dailyMicroUsd`.
CREATE OR REPLACE FUNCTION set_aside(meta jsonb) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(meta ->> 'ownerId', (meta ->> 'planMicroUsd')::bigint);
  taken bigint := coalesce((SELECT s.spent + s.reserved FROM spending s
    WHERE s.owner_id = meta ->> 'ownerId' AND s.day = (meta ->> 'day')::date), 0);
BEGIN
  IF taken >= daily THEN RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD'; END IF;
  PERFORM open_reservation(meta || jsonb_build_object('dailyMicroUsd', daily));
END $$;
