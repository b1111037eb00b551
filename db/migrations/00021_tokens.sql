-- +goose Up
CREATE TABLE tokens (
    digest BLOB PRIMARY KEY, name TEXT NOT NULL, rights TEXT NOT NULL, purposes TEXT NOT NULL,
    made TIMESTAMP NOT NULL, ended TIMESTAMP
);
CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE ended IS NULL;
