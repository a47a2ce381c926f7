-- Scoring events say more than they did (a leader's level, in the words rulebooks
-- use today): they are made again from the facts when the server starts.
-- +goose Up
DELETE FROM px_event;
DELETE FROM px_cursor WHERE name = 'events';
