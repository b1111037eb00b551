-- +goose Up
-- When the company last made a backup of a store, as far as somebody told or it was seen.
CREATE TABLE backups (store TEXT PRIMARY KEY, made TIMESTAMP NOT NULL, noted TIMESTAMP NOT NULL) WITHOUT ROWID;
