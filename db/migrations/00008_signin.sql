-- +goose Up
ALTER TABLE accounts ADD COLUMN outside BLOB;
CREATE UNIQUE INDEX accounts_outside ON accounts (outside) WHERE closed IS NULL;
