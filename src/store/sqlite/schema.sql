-- Times are nanoseconds since 1970, days are days since 1970. `ready_at` is when a row can be taken: when it is due, or
-- when the lease of its holder ends. `generation` counts the loans; a writer with an older one is refused.

CREATE TABLE feed (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    configured    INTEGER NOT NULL,
    removed_at    INTEGER,
    paused        INTEGER NOT NULL DEFAULT 0,
    gone          INTEGER NOT NULL DEFAULT 0,
    ready_at      INTEGER NOT NULL,
    held          INTEGER NOT NULL DEFAULT 0,
    generation    INTEGER NOT NULL DEFAULT 0,
    read_day      INTEGER NOT NULL DEFAULT 0,  -- day of the last visit that listed entries
    marks         INTEGER NOT NULL DEFAULT 0,  -- rows of `seen`
    next_due      INTEGER NOT NULL,
    next_reason   TEXT    NOT NULL,
    initialised   INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0,
    last_status   INTEGER,
    last_visit    INTEGER,
    last_success  INTEGER,
    last_new      INTEGER,
    last_error    TEXT,
    etag          BLOB,
    last_modified BLOB,
    body_hash     BLOB,
    moved_to      TEXT,
    moved_seen    INTEGER,
    title         TEXT,
    rhythm        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX feed_ready ON feed (ready_at, next_due) WHERE configured = 1 AND paused = 0 AND gone = 0;

-- One row for each entry a feed lists or has listed. `listed` is the last day on which it was known to be listed: while it
-- is the feed's `read_day`, the feed still lists the entry, however long it has answered "unchanged" since.
CREATE TABLE seen (
    feed   INTEGER NOT NULL REFERENCES feed (id),
    key    BLOB    NOT NULL,
    listed INTEGER NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

-- Entries that wait to be read. Numbers are never used again, so an old lease cannot fit a newer row.
CREATE TABLE work (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ready_at   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    attempt    INTEGER NOT NULL DEFAULT 0,
    key        BLOB    NOT NULL UNIQUE,
    entry      TEXT    NOT NULL
) STRICT;
CREATE INDEX work_ready ON work (ready_at);

CREATE TABLE item (
    row    INTEGER PRIMARY KEY,
    key    BLOB    NOT NULL UNIQUE,
    at     INTEGER NOT NULL,
    record TEXT    NOT NULL
) STRICT;

CREATE TABLE alert (
    row      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       BLOB    NOT NULL UNIQUE,
    at       INTEGER NOT NULL,
    watch    TEXT    NOT NULL,
    severity INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX alert_at ON alert (at);
CREATE INDEX alert_watch ON alert (watch);

-- state: 0 waits, 1 delivered, 2 given up.
CREATE TABLE delivery (
    alert      INTEGER NOT NULL REFERENCES alert (row) ON DELETE CASCADE,
    channel    TEXT    NOT NULL,
    state      INTEGER NOT NULL DEFAULT 0,
    ready_at   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    attempt    INTEGER NOT NULL DEFAULT 0,
    done_at    INTEGER,
    last_error TEXT,
    PRIMARY KEY (alert, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_waiting ON delivery (channel, alert, ready_at) WHERE state = 0;
CREATE INDEX delivery_ready ON delivery (ready_at) WHERE state = 0;
CREATE INDEX delivery_dead ON delivery (channel) WHERE state = 2;

-- Counts of large tables, changed in the transaction that changes the table.
CREATE TABLE tally (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES ('items', 0), ('alerts', 0);

CREATE TABLE beat (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    pid     INTEGER NOT NULL,
    started INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    version TEXT    NOT NULL
) STRICT;
