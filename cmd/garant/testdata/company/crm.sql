CREATE TABLE clients (
	id integer PRIMARY KEY, name text NOT NULL, email text, note text,
	contacted_on date, ordered_on date
);
CREATE TABLE calls (id integer PRIMARY KEY, client_id integer NOT NULL REFERENCES clients (id), day date);
-- 1 to 4: everything is over; 5 to 8: the letter and the notes are; 9 and 10: the notes are;
-- 11: nothing is; 12: nobody knows.
INSERT INTO clients (id, name, email, note, contacted_on, ordered_on) VALUES
	(1, 'Aude Un', 'un@shop.example', 'n1', '2014-03-01', '2014-02-01'),
	(2, 'Basile Deux', 'deux@shop.example', 'n2', '2014-04-01', '2014-03-01'),
	(3, 'Chloé Trois', 'trois@shop.example', 'n3', '2014-05-01', '2014-04-01'),
	(4, 'Denis Quatre', 'quatre@shop.example', 'n4', '2014-06-01', '2014-05-01'),
	(5, 'Elsa Cinq', 'cinq@shop.example', 'n5', '2020-03-01', '2020-02-01'),
	(6, 'Félix Six', 'six@shop.example', 'n6', '2020-04-01', '2020-03-01'),
	(7, 'Gaëlle Sept', 'sept@shop.example', 'n7', '2020-05-01', '2020-04-01'),
	(8, 'Hugo Huit', 'huit@shop.example', 'n8', '2020-06-01', '2020-05-01'),
	(9, 'Inès Neuf', 'neuf@shop.example', 'n9', '2025-03-01', '2025-02-01'),
	(10, 'Jules Dix', 'dix@shop.example', 'n10', '2025-04-01', '2025-03-01'),
	(11, 'Karine Onze', 'onze@shop.example', 'n11', '2026-09-01', '2026-08-01'),
	(12, 'Loïc Douze', 'douze@shop.example', 'n12', NULL, '2025-08-01');
INSERT INTO calls (client_id, day) SELECT id, contacted_on FROM clients WHERE id <> 12;
