-- +goose Up
CREATE TABLE passkeys (
    id BLOB PRIMARY KEY, account INTEGER NOT NULL, name TEXT NOT NULL,
    credential BLOB NOT NULL, made TIMESTAMP NOT NULL, used TIMESTAMP
);
CREATE INDEX passkeys_account ON passkeys (account);
