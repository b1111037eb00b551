CREATE TABLE clients (
	id integer PRIMARY KEY, number text NOT NULL, first_name text, last_name text NOT NULL, email text, phone text,
	note text, boiler text, contacted_on date, closed_on date
);
CREATE TABLE calls (id integer PRIMARY KEY, client_id integer REFERENCES clients (id), phone text, about text NOT NULL, summary text, day date);
CREATE TABLE invoices (id integer PRIMARY KEY, client_id integer REFERENCES clients (id), payer text, amount integer, issued_on date);
-- 1 is a client with a warranty and invoices; 2 is a namesake; 3 and 4 share a telephone line;
-- 5 and 6 share an address for mail; 7 is a prospect.
INSERT INTO clients (id, number, first_name, last_name, email, phone, note, boiler, contacted_on, closed_on) VALUES
	(1, 'C-1', 'Ada', 'Martin', 'Ada.Martin@maison.example', '01 99 00 11 11', 'chien méchant', 'gaz', '2026-03-02', '2024-06-30'),
	(2, 'C-2', 'Ada', 'Martin', 'autre.martin@maison.example', '01 99 00 22 22', 'rappeler', 'fioul', '2026-04-02', '2025-06-30'),
	(3, 'C-3', 'Bruno', 'Petit', 'bruno@petit.example', '0199003333', 'le matin', 'bois', '2026-05-02', NULL),
	(4, 'C-4', 'Carole', 'Grand', 'carole@grand.example', '+33 1 99 00 33 33', 'le soir', 'gaz', '2026-05-03', NULL),
	(5, 'C-5', 'David', 'Leroy', 'famille@leroy.example', '01 99 00 55 55', 'd', 'gaz', '2026-06-02', NULL),
	(6, 'C-6', 'Emma', 'Leroy', 'famille@leroy.example', '01 99 00 66 66', 'e', 'gaz', '2026-06-03', NULL),
	(7, 'C-7', 'Farid', 'Moreau', 'farid@moreau.example', NULL, 'f', NULL, '2026-07-02', NULL);
INSERT INTO calls (id, client_id, phone, about, summary, day) VALUES
	(1, 1, '0199001111', 'client', 'entretien', '2026-03-02'),
	(2, 3, '01.99.00.33.33', 'prospect', 'devis', '2026-05-02'),
	(3, NULL, '01 99 00 77 77', 'prospect', 'sans dossier', '2026-07-03');
INSERT INTO invoices (id, client_id, payer, amount, issued_on) VALUES
	(1, 1, 'Ada Martin', 9000, '2024-06-30'), (2, 1, 'Ada Martin', 120, '2025-10-01'), (3, 2, 'Ada Martin', 8000, '2025-06-30');
