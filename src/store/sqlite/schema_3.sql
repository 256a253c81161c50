-- Version 3: what the first release did not keep. One block a subject, each with the reason for its form.

-- Troubles the owner was told of and that are not over: who was told of the beginning is told of the end, once, also after a
-- restart. `subject` is `feed:ID`, `channel:ID`, `watch:ID`, `store` or `network`; `since` is when the trouble began.
CREATE TABLE health (
    subject TEXT    NOT NULL,
    trouble TEXT    NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (subject, trouble)
) STRICT, WITHOUT ROWID;
ALTER TABLE feed ADD COLUMN failing_since INTEGER;
CREATE INDEX feed_failing ON feed (failing_since) WHERE failing_since IS NOT NULL;
