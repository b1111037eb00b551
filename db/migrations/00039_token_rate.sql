-- +goose Up
-- How many requests a second a token may make; zero is the API's own default.
ALTER TABLE tokens ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
