-- +goose Up
-- What the company's hooks are told, until it is forgotten by rule. No body names a person.
CREATE TABLE hook_messages (
    hook TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, at TIMESTAMP NOT NULL, body BLOB NOT NULL,
    next TIMESTAMP, -- when it is tried; none once it is over
    tries INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '', over TIMESTAMP, taken BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (hook, id)
) WITHOUT ROWID;
CREATE INDEX hook_messages_next ON hook_messages (hook, next);

-- How far the ledger was read for them, and the promises that were last told broken.
CREATE TABLE hook_mark (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL, broken TEXT NOT NULL);
