-- +goose Up
CREATE TABLE reads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL, what TEXT NOT NULL, records INTEGER NOT NULL,
    by TEXT NOT NULL, reason TEXT NOT NULL
);

-- Who looked is never rewritten.
-- +goose StatementBegin
CREATE TRIGGER reads_stay BEFORE UPDATE ON reads BEGIN SELECT RAISE(ABORT, 'reads are never changed'); END;
-- +goose StatementEnd
