-- Inserts a run whose start was decided by cached data: the caller, the project's fingerprint (`meta.mark`), and an
-- Idempotency-Key that is presumably new (`meta.key`). Returns the project's snapshot. Raises ES412 when the cached
-- data is stale or the day's budget is spent, and ESKEY when the key was used before; it then writes nothing.
CREATE OR REPLACE FUNCTION insert_run_optimistic(meta jsonb, max_files integer, max_messages integer, max_bytes integer)
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  start jsonb := meta -> 'start';
  snapshot json;
BEGIN
  PERFORM insert_run_operation(meta);
  IF caller_is_valid(meta, 'runs:write') THEN
    snapshot := project_snapshot(start ->> 'projectId', start ->> 'ownerId', (start ->> 'day')::date, max_files, max_messages,
      max_bytes);
  END IF;
  IF snapshot IS NULL OR snapshot ->> 'mark' IS DISTINCT FROM meta ->> 'mark'
    OR (snapshot ->> 'taken')::bigint >= (meta ->> 'dailyMicroUsd')::bigint THEN
    RAISE EXCEPTION 'the cached data is stale' USING ERRCODE = 'ES412';
  END IF;
  IF meta ? 'key' AND NOT claim_idempotency_key(meta -> 'key') THEN
    RAISE EXCEPTION 'the key has been used' USING ERRCODE = 'ESKEY';
  END IF;
  PERFORM add_run(meta);
  RETURN snapshot;
END $$;
