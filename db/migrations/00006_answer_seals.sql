-- +goose Up
ALTER TABLE answers DROP COLUMN leaf;
CREATE TABLE answer_seals (last INTEGER PRIMARY KEY, leaf INTEGER NOT NULL);
INSERT INTO answer_seals (last, leaf) SELECT max(id), 0 FROM answers HAVING count(*) > 0;
