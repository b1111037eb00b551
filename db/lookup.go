package db

import (
	"bytes"
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/consent"
)

// RecordsOfEach implements consent.Keeper, some references at a time and in their order, so that
// one page of the file serves all of them that are on it.
func (s *State) RecordsOfEach(ctx context.Context, refs []consent.Ref) (map[consent.Ref][]consent.Record, error) {
	out := make(map[consent.Ref][]consent.Record, len(refs))
	refs = slices.Clone(refs)
	slices.SortFunc(refs, func(a, b consent.Ref) int { return bytes.Compare(a[:], b[:]) })
	for some := range slices.Chunk(slices.Compact(refs), lookups[len(lookups)-1]) {
		if err := s.recordsOfSome(ctx, some, out); err != nil {
			return nil, explain("read the records of persons", err)
		}
	}
	return out, nil
}

// recordsOfSome asks memory, where there is one; one that fails is given up.
func (s *State) recordsOfSome(ctx context.Context, refs []consent.Ref, out map[consent.Ref][]consent.Record) error {
	if m := s.recall.Load(); m != nil {
		err := m.recordsOf(ctx, refs, out)
		if err == nil || ctx.Err() != nil {
			return err
		}
		_ = s.drop(m) // it has failed already
		for _, ref := range refs {
			delete(out, ref)
		}
	}
	return s.find.bodies(ctx, refs, func(ref consent.Ref, body []byte) error {
		r, err := consent.ReadRecord(body)
		out[ref] = append(out[ref], r)
		return err
	})
}

// Outspoken returns the references of everybody who ever objected to something, be it during a
// call, withdrew a consent or was asked whether their data may stay, whatever they said later.
func (s *State) Outspoken(ctx context.Context) (map[consent.Ref]bool, error) {
	out := map[consent.Ref]bool{}
	err := s.refsOf(ctx, "kind IN ('withdrawal', 'objection', 'question')", out)
	if err == nil {
		err = s.refsOf(ctx, opposed, out)
	}
	return out, err
}

// opposed are the contacts in which somebody said no to being called. The bytes of a record
// are written by us, so that these stand in it for nothing else; an index has the same words.
const opposed = `kind = 'contact' AND instr(CAST(body AS TEXT), '"outcome":"opposed"') > 0`

// Brought hands on the records of everybody whom a third party brought, all those under one
// reference at a time; who is known by two references comes twice.
func (s *State) Brought(ctx context.Context, each func([]consent.Record)) error {
	known := map[consent.Ref]bool{}
	if err := s.refsOf(ctx, "kind = 'lead'", known); err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Collect(maps.Keys(known)), lookups[len(lookups)-1]) {
		found, err := s.RecordsOfEach(ctx, some)
		if err != nil {
			return err
		}
		for _, records := range found {
			each(records)
		}
	}
	return nil
}

// refsOf adds whom some records are about. Which ones is ours, written as SQL.
func (s *State) refsOf(ctx context.Context, which string, out map[consent.Ref]bool) error {
	rows, err := s.db.QueryContext(ctx, "SELECT ref FROM subjects WHERE record IN (SELECT id FROM records WHERE "+which+")")
	if err != nil {
		return explain("look for people by what they said", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return explain("look for people by what they said", err)
		}
		var ref consent.Ref
		copy(ref[:], b)
		out[ref] = true
	}
	return explain("look for people by what they said", rows.Err())
}
