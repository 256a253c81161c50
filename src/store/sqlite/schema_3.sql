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
-- The last visits, newest first: `second:status`, with `!` where it failed.
ALTER TABLE feed ADD COLUMN history TEXT NOT NULL DEFAULT '';
CREATE INDEX feed_failing ON feed (failing_since) WHERE failing_since IS NOT NULL;

-- Items. A record is kept packed, with an empty `record`: a hundred thousand articles take a quarter of the room and are read
-- faster. Rows of earlier versions keep their plain `record`; nothing is rewritten. `terms` is the version of the rules by which
-- the words in `item_word` were made, 0 where there are none: rows of another version than the one that is asked for are looked
-- at whatever their words are. The words are an index alone: what an item holds is read from its record.
ALTER TABLE item ADD COLUMN packed BLOB;
ALTER TABLE item ADD COLUMN terms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_at ON item (at, terms);
CREATE VIRTUAL TABLE item_word USING fts5 (word, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');

-- Channels whose receiver takes nothing now, with no row where all is well. Their deliveries wait together, so that they keep their
-- order; the wait stands here and not in memory, so that a restart neither hurries the receiver nor lets an alert overtake.
-- `asked`: whether the receiver itself asked for the wait.
CREATE TABLE channel (
    name     TEXT    PRIMARY KEY,
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    asked    INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    error    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- `delivery.state` can be 3 from now on: given up, and dropped by the owner's word. The row stays as a record for as long as its alert.

-- What hosts said of themselves. `kind`: 0 everything is open, 1 as `body` says, 2 everything is closed.
CREATE TABLE robots (
    origin TEXT    PRIMARY KEY,
    kind   INTEGER NOT NULL,
    body   BLOB,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE host_hold (
    host  TEXT    PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Subscriptions at hubs (WebSub). `token` ends the path of the callback, `secret` signs what the hub sends.
CREATE TABLE subscription (
    feed            TEXT    PRIMARY KEY,
    hub             TEXT    NOT NULL,
    topic           TEXT    NOT NULL,
    token           TEXT    NOT NULL,
    secret          TEXT    NOT NULL,
    confirmed_until INTEGER,
    ask_at          INTEGER NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Stories of the last days, so that a restart neither tells one again nor forgets what was learnt: one row an article, in the order
-- in which they were placed. `link`: 0 began the story, 1 surely belongs to it, 2 likely does.
CREATE TABLE story_item (
    row       INTEGER PRIMARY KEY AUTOINCREMENT,
    entry     BLOB    NOT NULL UNIQUE,
    story     BLOB    NOT NULL,
    link      INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    published INTEGER,
    outlet    TEXT,
    signature BLOB    NOT NULL
) STRICT;
-- `told`: in how many outlets the story was when channels were told of it; NULL where they were not.
ALTER TABLE alert ADD COLUMN entry BLOB;
ALTER TABLE alert ADD COLUMN story TEXT;
ALTER TABLE alert ADD COLUMN told INTEGER;
CREATE INDEX alert_told ON alert (at) WHERE told IS NOT NULL AND story IS NOT NULL;

-- The same article in further feeds: it raised no alert of its own.
CREATE TABLE alert_also (
    alert  INTEGER NOT NULL REFERENCES alert (row) ON DELETE CASCADE,
    entry  BLOB    NOT NULL,
    feed   TEXT,
    outlet TEXT,
    at     INTEGER NOT NULL,
    PRIMARY KEY (alert, entry)
) STRICT, WITHOUT ROWID;

-- What the owner muted. Rows stay after their end, as a record.
CREATE TABLE silence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    made   INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    reason TEXT    NOT NULL
) STRICT;

-- `delivery.state` can be 4, gathered (`ready_at` says until when, `reason` why), and 5, told in a digest (`digest` is its alert).
ALTER TABLE delivery ADD COLUMN reason TEXT;
ALTER TABLE delivery ADD COLUMN digest INTEGER;
CREATE INDEX delivery_gathered ON delivery (channel, reason, ready_at) WHERE state = 4;
-- Until when a channel that gets digests has got them.
CREATE TABLE digest (
    channel TEXT    PRIMARY KEY,
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an entry is known by when its identity has changed. Without an index: the marks of one feed are looked through, and only
-- when an unknown entry comes.
ALTER TABLE seen ADD COLUMN twin INTEGER;
