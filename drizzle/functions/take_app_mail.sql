-- Counts one mail of an account's apps on a day (UTC). Returns false when the day's limit is reached.
CREATE OR REPLACE FUNCTION take_app_mail(owner text, on_day date, max_mails integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO app_mail AS m (owner_id, day, sent) SELECT owner, on_day, 1 WHERE max_mails > 0
    ON CONFLICT (owner_id) DO UPDATE SET day = on_day, sent = CASE WHEN m.day = on_day THEN m.sent + 1 ELSE 1 END
      WHERE m.day <> on_day OR m.sent < max_mails;
  RETURN FOUND;
END $$;
