-- +goose Up
-- The answers are in a file of their own, whither Open has copied them (see moveAnswers).
DROP TABLE answers;

-- Each plan asks who said during a call that they do not want to be called, and whom what was
-- said is about (see Outspoken).
CREATE INDEX records_opposed ON records (kind) WHERE kind = 'contact' AND instr(CAST(body AS TEXT), '"outcome":"opposed"') > 0;
CREATE INDEX subjects_records ON subjects (record);
