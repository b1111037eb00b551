-- customers/erase/email
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, max(InvoiceDate) AS last FROM Invoice GROUP BY CustomerId) i ON i.CustomerId = c.CustomerId
 WHERE c.Email <> '–'
   AND date(i.last, '+3 years') < :today
   AND ((c.Company IS NULL AND date(i.last, '+2 years') < :today) OR (c.Company IS NOT NULL AND date(i.last, '+4 years') < :today));
-- customers/erase/phone
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, max(InvoiceDate) AS last FROM Invoice GROUP BY CustomerId) i ON i.CustomerId = c.CustomerId
 WHERE (c.Phone IS NOT NULL OR c.Fax IS NOT NULL)
   AND ((c.Company IS NULL AND date(i.last, '+2 years') < :today) OR (c.Company IS NOT NULL AND date(i.last, '+4 years') < :today));
-- customers/erase/address
SELECT count(*) FROM Customer c
  JOIN (SELECT CustomerId, max(InvoiceDate) AS last FROM Invoice GROUP BY CustomerId) i ON i.CustomerId = c.CustomerId
 WHERE coalesce(c.Address, c.City, c.State, c.Country, c.PostalCode) IS NOT NULL
   AND date(i.last, '+5 years') < :today;
-- invoices/erase/row
SELECT count(*) FROM Invoice
 WHERE strftime('%Y', InvoiceDate) + 10 < strftime('%Y', :today) + 0;
