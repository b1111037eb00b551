-- +goose Up
-- The answers are in a file of their own, whither Open has copied them (see moveAnswers).
DROP TABLE answers;
