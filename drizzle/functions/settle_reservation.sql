-- Deletes a reservation and adds the cost to the account's day, the platform's day, the usage report and the ledger.
-- Returns false when the reservation no longer exists, so that a run is charged once, even after its project or its owner
-- was deleted.
-- charge: {day, agent, model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microUsd}
CREATE OR REPLACE FUNCTION settle_reservation(reservation_id text, charge jsonb) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held reservation;
  cost bigint := (charge ->> 'microUsd')::bigint;
  tokens bigint[] := ARRAY[(charge ->> 'inputTokens')::bigint, (charge ->> 'outputTokens')::bigint,
    (charge ->> 'cacheReadTokens')::bigint, (charge ->> 'cacheWriteTokens')::bigint];
BEGIN
  DELETE FROM reservation WHERE id = reservation_id RETURNING * INTO held;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO charge AS c (id, kind, owner_id, day, usage_day, micro_usd)
    VALUES (held.id, held.kind, held.owner_id, held.day, (charge ->> 'day')::date, cost)
    ON CONFLICT (id) DO UPDATE SET micro_usd = c.micro_usd + excluded.micro_usd;
  INSERT INTO spending AS s (owner_id, day, spent) VALUES (held.owner_id, held.day, cost)
    ON CONFLICT (owner_id, day) DO UPDATE
      SET spent = s.spent + excluded.spent, reserved = greatest(0, s.reserved - held.micro_usd);
  INSERT INTO platform_spending AS p (day, spent) VALUES (held.day, cost)
    ON CONFLICT (day) DO UPDATE
      SET spent = p.spent + excluded.spent, reserved = greatest(0, p.reserved - held.micro_usd);
  IF cost > 0 OR tokens <> '{0,0,0,0}' THEN
    INSERT INTO usage AS u (owner_id, day, project_id, agent, model, input_tokens, output_tokens, cache_read_tokens,
        cache_write_tokens, micro_usd)
      VALUES (held.owner_id, (charge ->> 'day')::date, held.project_id, charge ->> 'agent', charge ->> 'model',
        tokens[1], tokens[2], tokens[3], tokens[4], cost)
      ON CONFLICT (owner_id, day, project_id, agent, model) DO UPDATE
        SET input_tokens = u.input_tokens + excluded.input_tokens,
          output_tokens = u.output_tokens + excluded.output_tokens,
          cache_read_tokens = u.cache_read_tokens + excluded.cache_read_tokens,
          cache_write_tokens = u.cache_write_tokens + excluded.cache_write_tokens,
          micro_usd = u.micro_usd + excluded.micro_usd;
  END IF;
  RETURN true;
END $$;
