-- +goose Up
-- The policy as it was published, each time it changed; what it said is among the notices.
CREATE TABLE editions (
    number INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL, digest TEXT NOT NULL, leaf INTEGER NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER editions_stay BEFORE UPDATE ON editions BEGIN SELECT RAISE(ABORT, 'editions are never changed'); END;
-- +goose StatementEnd
