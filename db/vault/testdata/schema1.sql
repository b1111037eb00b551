-- Version 1. Days and instants are ISO 8601 text in UTC; grp is the field group.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- A batch has the name of its receipt in the store. Without its wrapped key its items are noise.
CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, store TEXT NOT NULL, at TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0,
    wrapped_key BLOB NOT NULL, UNIQUE (store, id)
);
CREATE INDEX batches_pending ON batches (store) WHERE settled = 0;

-- until is the last day an item may stay, NULL while that is open.
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch INTEGER NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
    dataset TEXT NOT NULL, store TEXT NOT NULL, grp TEXT NOT NULL, key_digest BLOB NOT NULL,
    until TEXT, payload BLOB NOT NULL, settled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (batch, dataset, grp, key_digest)
);
CREATE UNIQUE INDEX items_settled ON items (dataset, key_digest, grp) WHERE settled = 1;
CREATE INDEX items_until ON items (dataset, grp, until) WHERE settled = 1 AND until IS NOT NULL;

-- entry holds who read and why, sealed.
CREATE TABLE readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, dataset TEXT NOT NULL, grp TEXT NOT NULL, key_digest BLOB NOT NULL, entry BLOB NOT NULL
);

CREATE TABLE garant_receipts (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
