CREATE TABLE subscribers (id integer PRIMARY KEY, email text, name text, kind text NOT NULL, subscribed_on date);
INSERT INTO subscribers (id, email, name, kind, subscribed_on) VALUES
	(1, 'ADA.MARTIN@maison.example', 'Ada Martin', 'client', '2024-07-01'),
	(2, 'autre.martin@maison.example', 'Ada Martin', 'client', '2025-07-01'),
	(3, 'farid@moreau.example', 'F. Moreau', 'prospect', '2026-07-01');
