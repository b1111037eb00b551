-- +goose Up
-- A few of the records that each step of a plan took away, by short keyed digests: where they
-- are due again, their table was restored from a backup.
CREATE TABLE traces (
    plan TEXT NOT NULL, step TEXT NOT NULL, dataset TEXT NOT NULL, whole BOOLEAN NOT NULL, at TIMESTAMP NOT NULL, members BLOB NOT NULL,
    PRIMARY KEY (plan, step)
) WITHOUT ROWID;
CREATE INDEX traces_dataset ON traces (dataset);
