-- Scoring events are made again in the index (index/0004); here nothing changes.
-- +goose Up
SELECT 1;
