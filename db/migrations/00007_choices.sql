-- +goose Up
CREATE TABLE choices (
    id TEXT PRIMARY KEY, -- drawn at random for each choice: it names nobody
    at TIMESTAMP NOT NULL, body BLOB NOT NULL, leaf INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX choices_at ON choices (at);

-- What was chosen is never rewritten.
-- +goose StatementBegin
CREATE TRIGGER choices_stay BEFORE UPDATE ON choices BEGIN SELECT RAISE(ABORT, 'choices are never changed'); END;
-- +goose StatementEnd
