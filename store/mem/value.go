package mem

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// compare orders two values of one kind; numbers and booleans are one kind, as some engines
// hold a boolean as 0 or 1. It reports false for NULL and for kinds that do not compare.
func compare(a, b any) (int, bool) {
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return strings.Compare(x, y), ok
	case []byte:
		y, ok := b.([]byte)
		return bytes.Compare(x, y), ok
	case store.Day:
		y, ok := b.(store.Day)
		return x.Compare(y), ok
	case time.Time:
		y, ok := b.(time.Time)
		return x.Compare(y), ok
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), true // exact, where a float64 is not
		}
	}
	x, okx := number(a)
	y, oky := number(b)
	return cmp.Compare(x, y), okx && oky
}

// equal reports that two values are the same and not NULL.
func equal(a, b any) bool {
	n, ok := compare(a, b)
	return ok && n == 0
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// digest returns the row's values in cols as one string that equal values share. It reports
// false when one is NULL, which equals nothing.
func digest(r row, cols []string) (string, bool) {
	var b strings.Builder
	for _, c := range cols {
		s, ok := digestOf(r[c])
		if !ok {
			return "", false
		}
		b.WriteString(strconv.Itoa(len(s)) + ":" + s)
	}
	return b.String(), true
}

func digestOf(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return "s" + v, true
	case []byte:
		return "b" + string(v), true
	case store.Day:
		return "d" + v.String(), true
	case time.Time:
		return "t" + v.UTC().Format(time.RFC3339Nano), true
	case int64:
		return "n" + strconv.FormatInt(v, 10), true
	}
	f, ok := number(v)
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return "n" + strconv.FormatInt(int64(f), 10), ok
	}
	return "n" + strconv.FormatFloat(f, 'g', -1, 64), ok
}
