package postgres

import (
	"context"
	"database/sql"
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// formats asks for numbers and days in binary and for everything else as text.
var formats = pgx.QueryResultFormatsByOID{pgtype.Int2OID: 1, pgtype.Int4OID: 1, pgtype.Int8OID: 1, pgtype.DateOID: 1}

// decoder reads a value that is not NULL as it came from the server.
type decoder func(b []byte) any

// decoderOf returns how values of a type are read, nil for a type that is left to database/sql.
func decoderOf(native string) decoder {
	base, _, _ := strings.Cut(native, "(")
	switch base {
	case "smallint":
		return func(b []byte) any { return int64(int16(binary.BigEndian.Uint16(b))) }
	case "integer":
		return func(b []byte) any { return int64(int32(binary.BigEndian.Uint32(b))) }
	case "bigint":
		return func(b []byte) any { return int64(binary.BigEndian.Uint64(b)) }
	case "text", "character varying", "character":
		return func(b []byte) any { return string(b) }
	case "date":
		return decodeDay
	}
	return nil
}

// The day from which PostgreSQL counts days, 1 January 2000, as days since 1970, and a day's seconds.
const (
	epochDays  = 10_957
	daySeconds = 86_400
)

// decodeDay reads a date; the infinite ones come as text, as everywhere.
func decodeDay(b []byte) any {
	switch n := int32(binary.BigEndian.Uint32(b)); n {
	case math.MaxInt32:
		return "infinity"
	case math.MinInt32:
		return "-infinity"
	default:
		y, m, d := time.Unix((int64(n)+epochDays)*daySeconds, 0).UTC().Date()
		return store.Day{Year: y, Month: m, Day: d}
	}
}

// rowsAtOnce is how many rows share a piece of memory.
const rowsAtOnce = 256

// rows is relational.Dialect's Rows: it reads the server's bytes without database/sql between,
// which costs more for each value than PostgreSQL does for deleting its row.
func rows(ctx context.Context, conn *sql.Conn, query string, args []any, cols []relational.KeyColumn, fn func(store.Row) bool) (ok bool, err error) {
	decoders := make([]decoder, len(cols))
	for i, c := range cols {
		if decoders[i] = decoderOf(c.Native); decoders[i] == nil {
			return false, nil
		}
	}
	return true, conn.Raw(func(driver any) error {
		found, err := driver.(*stdlib.Conn).Conn().Query(ctx, query, append([]any{formats}, args...)...)
		if err != nil {
			return err
		}
		defer found.Close()
		return decode(found, decoders, fn)
	})
}

func decode(found pgx.Rows, decoders []decoder, fn func(store.Row) bool) error {
	width := len(decoders)
	var room store.Row
	for found.Next() {
		if len(room) < width {
			room = make(store.Row, rowsAtOnce*width)
		}
		row := room[:width:width]
		room = room[width:]
		for i, b := range found.RawValues() {
			if b != nil {
				row[i] = decoders[i](b)
			}
		}
		if !fn(row) {
			return nil
		}
	}
	return found.Err()
}
