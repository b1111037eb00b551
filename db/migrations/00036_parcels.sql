-- +goose Up
-- Sealed answers that wait until their person fetches them. They go with the parcel of the case.
CREATE TABLE parcels (request INTEGER PRIMARY KEY, body BLOB NOT NULL);
