-- +goose Up
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asked TEXT NOT NULL, state TEXT NOT NULL, received TEXT NOT NULL,
    body BLOB NOT NULL -- the case as JSON; what is personal in it is forgotten by rule
);
-- Keyed digests of the identifiers of who asked: they tell that a request is a repeat, and
-- nothing else.
CREATE TABLE request_marks (request INTEGER NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (mark, request));
CREATE INDEX request_marks_request ON request_marks (request);
