-- +goose Up
CREATE TABLE looks (
    part TEXT PRIMARY KEY,
    model TEXT NOT NULL, at TIMESTAMP NOT NULL, body BLOB NOT NULL
);
