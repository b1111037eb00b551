-- The stores of Rénovation Exemple for PostgreSQL: the same tables on every engine.
-- Time stamps have no zone and are in UTC.

-- store: crm

-- form_versions: the forms by which people came, each with the terms it announced.
CREATE TABLE form_versions (
  id VARCHAR(16) NOT NULL PRIMARY KEY,
  title VARCHAR(190) NOT NULL,
  published_on DATE NOT NULL,
  phone_term INTEGER NOT NULL,
  mandatory_fields TEXT
);

-- leads: everyone who asked for a call, an estimate or a test of eligibility.
CREATE TABLE leads (
  id BIGINT NOT NULL PRIMARY KEY,
  form_version VARCHAR(16),
  source VARCHAR(16) NOT NULL,
  first_name VARCHAR(190),
  last_name VARCHAR(190) NOT NULL,
  email VARCHAR(190),
  phone VARCHAR(32),
  street VARCHAR(190),
  postcode VARCHAR(16),
  city VARCHAR(190),
  project VARCHAR(64),
  main_heating VARCHAR(64),
  living_area INTEGER,
  construction_year INTEGER,
  occupancy VARCHAR(32),
  answers TEXT,
  agent VARCHAR(16),
  call_status VARCHAR(32),
  note TEXT,
  collected_on DATE,
  last_active_contact DATE,
  became_client_on DATE,
  file_closed_on DATE,
  FOREIGN KEY (form_version) REFERENCES form_versions (id)
);
CREATE INDEX leads_form_version ON leads (form_version);

-- calls: one line for each call; the CASCADE came with an old migration: it agrees with the register, which relies on the link alone.
CREATE TABLE calls (
  id BIGINT NOT NULL PRIMARY KEY,
  lead_id BIGINT NOT NULL,
  about VARCHAR(16) NOT NULL,
  called_at TIMESTAMP NOT NULL,
  agent VARCHAR(16) NOT NULL,
  outcome VARCHAR(32) NOT NULL,
  note TEXT,
  FOREIGN KEY (lead_id) REFERENCES leads (id) ON DELETE CASCADE
);
CREATE INDEX calls_lead_id ON calls (lead_id);

-- fair_contacts: people met at fairs who left their address.
CREATE TABLE fair_contacts (
  id BIGINT NOT NULL PRIMARY KEY,
  first_name VARCHAR(190),
  last_name VARCHAR(190),
  email VARCHAR(190),
  met_on DATE,
  last_contact_on DATE
);

-- repermissions: the question put once to people met at fairs.
CREATE TABLE repermissions (
  id BIGINT NOT NULL PRIMARY KEY,
  contact_id BIGINT NOT NULL,
  sent_on DATE NOT NULL,
  answered_on DATE,
  answer VARCHAR(8),
  FOREIGN KEY (contact_id) REFERENCES fair_contacts (id)
);
CREATE INDEX repermissions_contact_id ON repermissions (contact_id);

-- quotes: estimates, signed or not.
CREATE TABLE quotes (
  id BIGINT NOT NULL PRIMARY KEY,
  lead_id BIGINT,
  number VARCHAR(32) NOT NULL,
  project VARCHAR(64),
  surface INTEGER,
  household_size INTEGER,
  reference_income INTEGER,
  note TEXT,
  signer VARCHAR(190),
  amount NUMERIC(10,2),
  status VARCHAR(16) NOT NULL,
  sent_on DATE,
  last_reminder_on DATE,
  signed_on DATE,
  FOREIGN KEY (lead_id) REFERENCES leads (id)
);
CREATE INDEX quotes_lead_id ON quotes (lead_id);

-- clients: who signed an order.
CREATE TABLE clients (
  id BIGINT NOT NULL PRIMARY KEY,
  lead_id BIGINT,
  first_name VARCHAR(190),
  last_name VARCHAR(190) NOT NULL,
  email VARCHAR(190),
  phone VARCHAR(32),
  street VARCHAR(190),
  postcode VARCHAR(16),
  city VARCHAR(190),
  main_heating VARCHAR(64),
  agent VARCHAR(16),
  note TEXT,
  dispute_state VARCHAR(16) NOT NULL,
  became_client_on DATE NOT NULL,
  last_contact_on DATE,
  last_invoiced_on DATE,
  FOREIGN KEY (lead_id) REFERENCES leads (id)
);
CREATE INDEX clients_lead_id ON clients (lead_id);

-- files: a client's file, open until closed_on.
CREATE TABLE files (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  quote_id BIGINT,
  reference VARCHAR(32) NOT NULL,
  opened_on DATE NOT NULL,
  closed_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id),
  FOREIGN KEY (quote_id) REFERENCES quotes (id)
);
CREATE INDEX files_client_id ON files (client_id);
CREATE INDEX files_quote_id ON files (quote_id);

-- sites: works at the client's home.
CREATE TABLE sites (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  reference VARCHAR(32) NOT NULL,
  street VARCHAR(190),
  city VARCHAR(190),
  works VARCHAR(190),
  progress VARCHAR(32),
  technician VARCHAR(16),
  ordered_on DATE NOT NULL,
  started_on DATE,
  closed_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX sites_client_id ON sites (client_id);

-- cee_files: files of energy saving certificates.
CREATE TABLE cee_files (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT,
  holder VARCHAR(190),
  street VARCHAR(190),
  city VARCHAR(190),
  reference_income INTEGER,
  sworn_statement VARCHAR(190),
  photos VARCHAR(190),
  delegate VARCHAR(64),
  amount NUMERIC(10,2),
  prior_visit_on DATE,
  committed_on DATE,
  issued_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX cee_files_client_id ON cee_files (client_id);

-- quality_reviews: checks of staff's work on a file.
CREATE TABLE quality_reviews (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  employee VARCHAR(16),
  score INTEGER,
  remarks TEXT,
  FOREIGN KEY (client_id) REFERENCES clients (id),
  FOREIGN KEY (site_id) REFERENCES sites (id)
);
CREATE INDEX quality_reviews_client_id ON quality_reviews (client_id);
CREATE INDEX quality_reviews_site_id ON quality_reviews (site_id);

-- satisfaction: calls after the works.
CREATE TABLE satisfaction (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT,
  works VARCHAR(64),
  score INTEGER,
  comment TEXT,
  call_result VARCHAR(32),
  last_interaction_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX satisfaction_client_id ON satisfaction (client_id);

-- financing: papers collected for a lender.
CREATE TABLE financing (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  id_document VARCHAR(190),
  iban VARCHAR(64),
  tax_notice VARCHAR(190),
  payslips VARCHAR(190),
  proof_of_address VARCHAR(190),
  lender VARCHAR(64),
  requested_on DATE NOT NULL,
  decided_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX financing_client_id ON financing (client_id);

-- appointments: visits of technicians and works managers.
CREATE TABLE appointments (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  planned_on DATE NOT NULL,
  place VARCHAR(190),
  confirmed BOOLEAN NOT NULL,
  tour VARCHAR(32),
  access_info TEXT,
  cancelled_on DATE,
  cancel_reason VARCHAR(190),
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX appointments_client_id ON appointments (client_id);

-- audits: energy audits at home.
CREATE TABLE audits (
  id BIGINT NOT NULL PRIMARY KEY,
  lead_id BIGINT,
  street VARCHAR(190),
  city VARCHAR(190),
  consumption_kwh INTEGER,
  minutes TEXT,
  advice TEXT,
  last_contact_on DATE,
  ordered_on DATE,
  file_closed_on DATE,
  visited_on DATE,
  FOREIGN KEY (lead_id) REFERENCES leads (id)
);
CREATE INDEX audits_lead_id ON audits (lead_id);

-- disputes: complaints that went to lawyers or courts.
CREATE TABLE disputes (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT,
  matter TEXT,
  lawyer VARCHAR(190),
  state VARCHAR(16) NOT NULL,
  opened_on DATE NOT NULL,
  appeals_end_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX disputes_client_id ON disputes (client_id);

-- complaints: tickets of the after-sales service.
CREATE TABLE complaints (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT,
  dispute_id BIGINT,
  subject VARCHAR(190),
  details TEXT,
  opened_on DATE NOT NULL,
  handled_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id),
  FOREIGN KEY (dispute_id) REFERENCES disputes (id)
);
CREATE INDEX complaints_client_id ON complaints (client_id);
CREATE INDEX complaints_dispute_id ON complaints (dispute_id);

-- reviews: published reviews and testimonials.
CREATE TABLE reviews (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT,
  kind VARCHAR(16) NOT NULL,
  pen_name VARCHAR(190),
  score INTEGER,
  body TEXT,
  reply TEXT,
  published_on DATE NOT NULL,
  removal_requested_on DATE,
  FOREIGN KEY (client_id) REFERENCES clients (id)
);
CREATE INDEX reviews_client_id ON reviews (client_id);

-- call_recordings: index of the recordings kept by the telephone host.
CREATE TABLE call_recordings (
  id BIGINT NOT NULL PRIMARY KEY,
  lead_id BIGINT,
  dispute_id BIGINT,
  about VARCHAR(16) NOT NULL,
  phone VARCHAR(32),
  path VARCHAR(190),
  seconds INTEGER,
  recorded_at TIMESTAMP,
  FOREIGN KEY (lead_id) REFERENCES leads (id),
  FOREIGN KEY (dispute_id) REFERENCES disputes (id)
);
CREATE INDEX call_recordings_lead_id ON call_recordings (lead_id);
CREATE INDEX call_recordings_dispute_id ON call_recordings (dispute_id);

-- sales_board: the sales shown on the wall.
CREATE TABLE sales_board (
  id BIGINT NOT NULL PRIMARY KEY,
  client_name VARCHAR(190),
  salesperson VARCHAR(16),
  sector VARCHAR(32),
  city VARCHAR(190),
  service VARCHAR(64),
  noted_on DATE NOT NULL
);

-- referrals: people recommended by clients.
CREATE TABLE referrals (
  id BIGINT NOT NULL PRIMARY KEY,
  referrer_id BIGINT,
  first_name VARCHAR(190),
  last_name VARCHAR(190),
  email VARCHAR(190),
  phone VARCHAR(32),
  consented BOOLEAN NOT NULL,
  referred_on DATE,
  first_contact_on DATE,
  FOREIGN KEY (referrer_id) REFERENCES clients (id)
);
CREATE INDEX referrals_referrer_id ON referrals (referrer_id);

-- mailing: copy of the mailing tool's list.
CREATE TABLE mailing (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(190),
  email VARCHAR(190) NOT NULL UNIQUE,
  kind VARCHAR(16) NOT NULL,
  consent_own BOOLEAN,
  consent_partners BOOLEAN,
  opens INTEGER,
  clicks INTEGER,
  collected_on DATE,
  last_interaction_on DATE,
  relation_end_on DATE,
  withdrawn_on DATE
);

-- contact_messages: messages of the web form, their time written by the site as text.
CREATE TABLE contact_messages (
  id BIGINT NOT NULL PRIMARY KEY,
  dispute_id BIGINT,
  name VARCHAR(190),
  email VARCHAR(190),
  phone VARCHAR(32),
  body TEXT,
  department VARCHAR(32),
  received_at VARCHAR(32),
  handled_on DATE,
  FOREIGN KEY (dispute_id) REFERENCES disputes (id)
);
CREATE INDEX contact_messages_dispute_id ON contact_messages (dispute_id);

-- rights_requests: requests of articles 15 to 22.
CREATE TABLE rights_requests (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(190),
  email VARCHAR(190),
  kind VARCHAR(32) NOT NULL,
  id_document VARCHAR(190),
  requested_on VARCHAR(16),
  handled_on DATE
);

-- web_analytics: hits of the site, in seconds since 1970.
CREATE TABLE web_analytics (
  id BIGINT NOT NULL PRIMARY KEY,
  ip VARCHAR(64),
  cookie_id VARCHAR(64),
  page VARCHAR(190) NOT NULL,
  seconds INTEGER NOT NULL,
  hit_at BIGINT
);

-- social_messages: comments and private messages copied from the networks.
CREATE TABLE social_messages (
  id BIGINT NOT NULL PRIMARY KEY,
  network VARCHAR(32) NOT NULL,
  nickname VARCHAR(190),
  body TEXT,
  campaign VARCHAR(64),
  reaction VARCHAR(32),
  posted_on DATE NOT NULL,
  post_removed_on DATE
);

-- export_2019_tmp: a copy made for a mailing in 2019 and forgotten; nobody declared it.
CREATE TABLE export_2019_tmp (
  name VARCHAR(190),
  phone VARCHAR(32),
  city VARCHAR(190)
);

-- store: billing

-- invoices: invoices to clients and to delegates of the certificates.
CREATE TABLE invoices (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  client_ref BIGINT,
  first_name VARCHAR(190),
  last_name VARCHAR(190) NOT NULL,
  street VARCHAR(190),
  postcode VARCHAR(16),
  city VARCHAR(190),
  email VARCHAR(190),
  phone VARCHAR(32),
  works VARCHAR(190),
  delegate VARCHAR(64),
  amount NUMERIC(10,2),
  payment VARCHAR(32),
  issued_on DATE NOT NULL,
  paid_on DATE
);

-- gift_cheques: cheques given to referrers.
CREATE TABLE gift_cheques (
  id BIGINT NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  referrer VARCHAR(190),
  amount NUMERIC(10,2),
  received_on DATE
);

-- ledger_entries: entries of the books.
CREATE TABLE ledger_entries (
  journal VARCHAR(8) NOT NULL,
  entry_no BIGINT NOT NULL,
  client_ref BIGINT,
  label VARCHAR(190),
  iban VARCHAR(64),
  amount NUMERIC(10,2),
  entered_on DATE NOT NULL,
  PRIMARY KEY (journal, entry_no)
);
