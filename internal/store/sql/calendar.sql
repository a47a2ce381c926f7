-- The working-day calendar and the phrases of offices.

-- name: calendar_years
SELECT year, source, days, by_person, at, version FROM calendar_year ORDER BY year

-- name: calendar_insert
INSERT INTO calendar_year (year, version, source, days, by_person, at) VALUES ($1, $2 + 1, $3, $4, $5, $6) ON CONFLICT (year) DO NOTHING

-- name: calendar_save
UPDATE calendar_year SET version = version + 1, source = $3, days = $4, by_person = $5, at = $6 WHERE year = $1 AND version = $2

-- name: phrases_get
SELECT phrases, version FROM office_phrases WHERE office = $1

-- name: phrases_insert
INSERT INTO office_phrases (office, version, phrases) VALUES ($1, $2 + 1, $3) ON CONFLICT (office) DO NOTHING

-- name: phrases_save
UPDATE office_phrases SET version = version + 1, phrases = $3 WHERE office = $1 AND version = $2
