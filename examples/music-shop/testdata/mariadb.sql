-- customers/erase/email
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, DATE(MAX(InvoiceDate)) AS last FROM Invoice GROUP BY CustomerId) i USING (CustomerId)
 WHERE c.Email <> '–'
   AND i.last + INTERVAL 3 YEAR < :today
   AND i.last + INTERVAL IF(c.Company IS NULL, 2, 4) YEAR < :today;
-- customers/erase/phone
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, DATE(MAX(InvoiceDate)) AS last FROM Invoice GROUP BY CustomerId) i USING (CustomerId)
 WHERE (c.Phone IS NOT NULL OR c.Fax IS NOT NULL)
   AND i.last + INTERVAL IF(c.Company IS NULL, 2, 4) YEAR < :today;
-- customers/erase/address
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, DATE(MAX(InvoiceDate)) AS last FROM Invoice GROUP BY CustomerId) i USING (CustomerId)
 WHERE COALESCE(c.Address, c.City, c.State, c.Country, c.PostalCode) IS NOT NULL
   AND i.last + INTERVAL 5 YEAR < :today;
-- invoices/erase/row
SELECT count(*) FROM Invoice
 WHERE YEAR(InvoiceDate) + 10 < YEAR(:today);
