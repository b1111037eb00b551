-- +goose Up
CREATE TABLE records (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, leaf INTEGER NOT NULL, key TEXT
);
CREATE UNIQUE INDEX records_key ON records (key) WHERE key IS NOT NULL;
CREATE TABLE subjects (ref BLOB NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (ref, record)) WITHOUT ROWID;
CREATE TABLE answers (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, body BLOB NOT NULL, leaf INTEGER NOT NULL);
CREATE TABLE notices (digest TEXT PRIMARY KEY, body BLOB NOT NULL, kept TIMESTAMP NOT NULL);

-- What a person said is never rewritten.
-- +goose StatementBegin
CREATE TRIGGER records_stay BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
-- +goose StatementEnd
