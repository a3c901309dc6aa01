-- Inserts an Idempotency-Key together with its stored response (`ClaimedKey`, worker/runs/store.ts). Returns false when
-- the key was used before.
CREATE OR REPLACE FUNCTION claim_idempotency_key(claim jsonb) RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO idempotency (user_id, key, fingerprint, holder, held_until, status, headers, body)
    VALUES (claim ->> 'userId', claim ->> 'key', claim ->> 'fingerprint', claim ->> 'holder', now(),
      (claim ->> 'status')::integer, claim -> 'headers', claim ->> 'body')
    ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;
