package store

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"time"
)

// CanonicalKey returns a text that two predicates share exactly when they are equal. It is
// for telling atoms apart, not for keeping: it may change between versions.
func CanonicalKey(p Pred) string { return string(appendPred(nil, &p)) }

func appendPred(b []byte, p *Pred) []byte {
	b = appendText(b, string(p.Op))
	if p.Op == OpAnd || p.Op == OpOr || p.Op == OpNot {
		b = binary.AppendUvarint(b, uint64(len(p.Args)))
		for i := range p.Args {
			b = appendPred(b, &p.Args[i])
		}
		return b
	}
	b = appendCol(appendCol(b, p.Col), p.Other)
	b = appendText(appendText(b, p.Cmp), string(p.Blocking))
	b = appendConstant(b, p.Value)
	b = binary.AppendUvarint(b, uint64(len(p.Values)))
	for _, v := range p.Values {
		b = appendConstant(b, v)
	}
	if p.Day != nil {
		b = appendDay(append(b, 1), *p.Day)
	}
	b = binary.AppendVarint(binary.AppendVarint(b, int64(p.Months)), int64(p.Days))
	if p.Op == OpExists {
		b = appendPairs(appendText(b, p.Table), p.On)
		if p.Where != nil {
			b = appendPred(append(b, 1), p.Where)
		}
	}
	return appendKeys(b, p)
}

func appendKeys(b []byte, p *Pred) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.Keys)))
	if len(p.Keys) == 0 {
		return b
	}
	for _, c := range p.KeyCols {
		b = appendText(b, c)
	}
	for _, k := range p.Keys {
		for _, v := range k {
			b = appendConstant(b, v)
		}
	}
	return b
}

func appendPairs(b []byte, on []Pair) []byte {
	b = binary.AppendUvarint(b, uint64(len(on)))
	for _, p := range on {
		b = appendText(appendText(b, p.Child), p.Parent)
	}
	return b
}

func appendCol(b []byte, c *Col) []byte {
	if c == nil {
		return append(b, 0)
	}
	b = appendText(append(b, 1), c.Name)
	if c.Outer {
		b = append(b, 1)
	}
	b = appendText(appendText(appendText(b, string(c.As)), c.Zone), c.From)
	if c.Zero {
		b = append(b, 'z')
	}
	return appendDay(appendDay(appendDay(b, c.Min), c.Max), c.Sentinel)
}

func appendDay(b []byte, d Day) []byte {
	return append(binary.AppendVarint(b, int64(d.Year)), byte(d.Month), byte(d.Day))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendConstant(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, 'n')
	case string:
		return appendText(append(b, 's'), x)
	case int64:
		return binary.AppendVarint(append(b, 'i'), x)
	case int:
		return binary.AppendVarint(append(b, 'i'), int64(x))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(x))
	case Day:
		return appendDay(append(b, 'd'), x)
	case time.Time:
		return binary.AppendVarint(append(b, 't'), x.UnixNano())
	case []byte:
		return appendText(append(b, 'b'), string(x))
	}
	j, err := json.Marshal(v)
	if err != nil {
		panic(err) // predicates are made of plain values
	}
	return appendText(append(b, 'j'), string(j))
}
