-- +goose Up
ALTER TABLE approvals ADD COLUMN reason TEXT NOT NULL DEFAULT '';
