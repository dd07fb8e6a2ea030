INSERT INTO credentials (user_id, password_hash) VALUES (:userId, :text);
WITH opened AS (
  INSERT INTO sessions (id, user_id, organization_id, user_agent, address, expires_at)
  VALUES (gen_random_uuid(), :userId, :organizationId, :userAgent, :address::inet, now() + interval '1 day') RETURNING id)
INSERT INTO refresh_tokens (hash, session_id, used_at, answered_at)
SELECT sha256(id::text::bytea), id, now(), now() FROM opened;
INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes, last_used_at)
VALUES (gen_random_uuid(), :organizationId, :userId, :text, 'app_live_' || left(:userId, 8),
        sha256(:text::bytea), ARRAY['bookings:read'], now());
INSERT INTO one_time_tokens (user_id, purpose, hash, email, expires_at, used_at)
VALUES (:userId, 'reset-password', sha256(:text::bytea), :email, now() + interval '1 day', now());
INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
VALUES (gen_random_uuid(), :organizationId, :email, 'viewer', sha256(:text::bytea), :userId, now() + interval '1 day');
