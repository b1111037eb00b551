package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Instant implements store.Dater: the query is put where the engine lets nothing be written.
func (s *DB) Instant(ctx context.Context, query string, zone *time.Location) (at time.Time, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return at, s.clean(ctx, "ask for a date", err)
	}
	if _, err = conn.ExecContext(ctx, s.d.ReadOnly[0]); err == nil {
		at, err = s.instant(ctx, conn, query, zone)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	if _, e := conn.ExecContext(end, s.d.ReadOnly[1]); e != nil {
		discard(conn) // whoever got it next could not write
	} else {
		_ = conn.Close()
	}
	return at, s.clean(ctx, "ask for a date", err)
}

// instant puts the query and reads the one value that it gives.
func (s *DB) instant(ctx context.Context, conn *sql.Conn, query string, zone *time.Location) (at time.Time, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return at, err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	types, err := rows.ColumnTypes()
	if err != nil {
		return at, err
	}
	if len(types) != 1 {
		return at, safeError{fmt.Errorf("the query gives %d columns, not one", len(types))}
	}
	if !rows.Next() {
		return at, rows.Err()
	}
	var v any
	if err := rows.Scan(&v); err != nil {
		return at, err
	}
	if rows.Next() {
		return at, safeError{errors.New("the query gives several rows, not one")}
	}
	if s.d.Instants != "" && types[0].DatabaseTypeName() == s.d.Instants {
		zone = time.UTC // the session's
	}
	at, ok := instantOf(v, zone)
	if !ok {
		return at, safeError{errors.New("the query gives something else than a date or a time")}
	}
	return at, rows.Err()
}

// instantOf reads what a driver gives for a date, for a clock reading, which counts in the zone
// unless it names another, or for nothing, which is the zero instant.
func instantOf(v any, zone *time.Location) (time.Time, bool) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, true
	case time.Time:
		if v.Location() == time.UTC {
			v = time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), zone)
		}
		return v, true
	case []byte:
		return instantIn(string(v), zone)
	case string:
		return instantIn(v, zone)
	}
	return time.Time{}, false
}

func instantIn(text string, zone *time.Location) (time.Time, bool) {
	for _, form := range []string{time.DateTime, time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
