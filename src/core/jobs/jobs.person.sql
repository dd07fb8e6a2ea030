-- nobody pgboss.version: which schema it is
-- nobody pgboss.queue: kinds of work
-- nobody pgboss.schedule: when which kind comes by itself
-- nobody pgboss.subscription: of pg-boss's own events, which nobody uses
-- nobody pgboss.bam: how indexes are made
-- nobody pgboss.warning: warnings are logged, not stored
-- nobody pgboss.queue_stats: numbers
-- nobody pgboss.job_dependency: jobs that wait for jobs, by their ids
INSERT INTO pgboss.job (name, data, output)
VALUES ('mail.deliver', jsonb_build_object('payload', jsonb_build_object('email', :email, 'name', :name)),
        jsonb_build_object('message', 'refused by ' || :email));
