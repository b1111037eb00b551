-- +goose Up
-- Each plan asks who refused something; most records are consents.
CREATE INDEX records_refusals ON records (kind) WHERE kind IN ('withdrawal', 'objection');
