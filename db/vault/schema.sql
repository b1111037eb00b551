-- Version 2. Days and instants are ISO 8601 text in UTC; grp is the field group.
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- A batch has the name of its receipt in the store. Without its wrapped key its sheets are noise.
CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, store TEXT NOT NULL, dataset TEXT NOT NULL, grp TEXT NOT NULL,
    at TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0,
    wrapped_key BLOB NOT NULL, UNIQUE (store, id)
);
CREATE INDEX batches_pending ON batches (store) WHERE settled = 0;

-- A sheet holds some copies of a batch, sealed together. names are their digests and ends, in
-- the order of the copies; first_end is the earliest of the ends, NULL where all are open.
CREATE TABLE sheets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
    first_end TEXT, names BLOB NOT NULL, payload BLOB NOT NULL
);
CREATE INDEX sheets_batch ON sheets (batch);
CREATE INDEX sheets_end ON sheets (first_end) WHERE first_end IS NOT NULL;

-- Where the settled copies of a record are: short is the first eight bytes of its digest.
CREATE TABLE places (short INTEGER NOT NULL, sheet INTEGER NOT NULL, PRIMARY KEY (short, sheet)) WITHOUT ROWID;

-- entry holds who read and why, sealed.
CREATE TABLE IF NOT EXISTS readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, dataset TEXT NOT NULL, grp TEXT NOT NULL, key_digest BLOB NOT NULL, entry BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS garant_receipts (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
