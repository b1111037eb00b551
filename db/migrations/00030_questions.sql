-- +goose Up
DROP INDEX records_refusals;
CREATE INDEX records_outspoken ON records (kind) WHERE kind IN ('withdrawal', 'objection', 'question');
