-- +goose Up
-- What people sent with a form, sealed, until it is forwarded.
CREATE TABLE leads (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, received TIMESTAMP NOT NULL, until TEXT NOT NULL,
    next TIMESTAMP NOT NULL, tries INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '', body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX leads_next ON leads (form, next);

-- The pages that were sent: each counts once.
CREATE TABLE form_pages (page TEXT PRIMARY KEY, spent TIMESTAMP NOT NULL) WITHOUT ROWID;
