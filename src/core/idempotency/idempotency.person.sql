INSERT INTO idempotency_keys (scope, key, fingerprint, response, expires_at)
VALUES (concat_ws(chr(58), :organizationId::text, :userId, 'test.make'), :text, sha256('request'),
        json_build_object('email', :email, 'name', :name), now() + interval '1 day');
