-- +goose Up
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, role TEXT NOT NULL,
    password TEXT NOT NULL, secret TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0,
    invite BLOB, invite_ends TIMESTAMP, made TIMESTAMP NOT NULL, closed TIMESTAMP
);
CREATE UNIQUE INDEX accounts_name ON accounts (name) WHERE closed IS NULL;
CREATE TABLE sessions (
    secret BLOB PRIMARY KEY, account INTEGER NOT NULL, browser TEXT NOT NULL,
    made TIMESTAMP NOT NULL, ends TIMESTAMP NOT NULL
);
