-- customers/erase/email
SELECT count(*) FROM customer c
  JOIN (SELECT customer_id, max(invoice_date)::date AS last FROM invoice GROUP BY customer_id) i USING (customer_id)
 WHERE c.email <> '–'
   AND i.last + interval '3 years' < date :today
   AND i.last + CASE WHEN c.company IS NULL THEN interval '2 years' ELSE interval '4 years' END < date :today;
-- customers/erase/phone
SELECT count(*) FROM customer c
  JOIN (SELECT customer_id, max(invoice_date)::date AS last FROM invoice GROUP BY customer_id) i USING (customer_id)
 WHERE (c.phone IS NOT NULL OR c.fax IS NOT NULL)
   AND i.last + CASE WHEN c.company IS NULL THEN interval '2 years' ELSE interval '4 years' END < date :today;
-- customers/erase/address
SELECT count(*) FROM customer c
  JOIN (SELECT customer_id, max(invoice_date)::date AS last FROM invoice GROUP BY customer_id) i USING (customer_id)
 WHERE coalesce(c.address, c.city, c.state, c.country, c.postal_code) IS NOT NULL
   AND i.last + interval '5 years' < date :today;
-- invoices/erase/row
SELECT count(*) FROM invoice
 WHERE date_trunc('year', invoice_date) + interval '11 years' <= date :today;
