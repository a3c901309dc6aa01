-- Inserts a run's row with its reservation. The project is locked against deletion first; otherwise a deletion between
-- the check and the insert would violate the foreign key. Raises ES404 when the project is not the owner's, ESSTO when
-- the account's storage is full, ESBUD or ESPLT when a budget is used up.
CREATE OR REPLACE FUNCTION add_run(meta jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE start jsonb := meta -> 'start';
BEGIN
  PERFORM FROM project WHERE id = start ->> 'projectId' AND owner_id = start ->> 'ownerId' FOR KEY SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404'; END IF;
  PERFORM require_storage(start ->> 'ownerId', (meta ->> 'maxStoredBytes')::bigint);
  PERFORM open_reservation(jsonb_build_object('id', start -> 'id', 'kind', 'run', 'ownerId', start -> 'ownerId',
    'day', start -> 'day', 'microUsd', start -> 'reservedMicroUsd', 'projectId', start -> 'projectId',
    'agent', start #> '{routing,agent}', 'model', '', 'dailyMicroUsd', meta -> 'dailyMicroUsd',
    'platformMicroUsd', meta -> 'platformMicroUsd'));
  INSERT INTO run (id, project_id, owner_id, status, prompt, request, agent, routing, mode, scripted, created_at)
    VALUES (start ->> 'id', start ->> 'projectId', start ->> 'ownerId', 'queued', start ->> 'prompt', start,
      start #>> '{routing,agent}', start -> 'routing', start ->> 'mode', (meta -> 'scripted')::boolean,
      to_timestamp((start ->> 'createdAt')::double precision / 1000));
END $$;
