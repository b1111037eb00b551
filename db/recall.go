package db

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/consent"
)

// recallMost bounds what is held in memory of people, in bytes: some 1.5 million of them.
const recallMost = 256 << 20

// sweptMark is the name under which the state counts how often records were deleted.
const sweptMark = "records_swept"

// recall holds what is on file about people in memory, so that a question that was asked
// before, or of somebody who was read ahead, reads no file. Before each look it asks SQLite
// whether anybody has committed anything, in this process or another: what it then tells is
// never older than the moment at which it was asked.
type recall struct {
	mu   sync.Mutex
	conn *sql.Conn
	find *finder
	shelf
	// version is what SQLite called the file when it was last compared, last the last record
	// that was there at that time, swept how often records had been deleted.
	version, last int64
	swept         string
}

// Recall lets the state hold what is on file about people in memory, up to 256 MB, and reads
// them ahead until there is no more room or the context ends. It is for a process that
// answers many questions. Answers are right while it runs, only slower.
func (s *State) Recall(ctx context.Context) error {
	conn, err := s.finder.Conn(ctx)
	if err != nil {
		return explain("hold people in memory", err)
	}
	m := &recall{conn: conn, find: &finder{from: conn}, version: -1}
	m.empty(recallMost)
	if !s.recall.CompareAndSwap(nil, m) {
		return conn.Close()
	}
	var after consent.Ref
	for more := true; more && err == nil; {
		more, err = m.ahead(ctx, &after)
	}
	return explain("read people ahead", err)
}

// ahead reads some people who follow one; more is false behind the last, or without room.
func (m *recall) ahead(ctx context.Context, after *consent.Ref) (more bool, err error) {
	refs, err := m.following(ctx, *after)
	if err != nil || len(refs) == 0 {
		return false, err
	}
	*after = refs[len(refs)-1]
	if err := m.recordsOf(ctx, refs, map[consent.Ref][]consent.Record{}); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.room(2 * boxSize), nil
}

// following lists some people who follow one in the order of their references.
func (m *recall) following(ctx context.Context, after consent.Ref) ([]consent.Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return refsIn(m.conn.QueryContext(ctx, "SELECT DISTINCT ref FROM subjects WHERE ref > ? ORDER BY ref LIMIT 256", after[:]))
}

// recordsOf adds the records of some people; those of whom memory knows nothing are looked up.
func (m *recall) recordsOf(ctx context.Context, refs []consent.Ref, out map[consent.Ref][]consent.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.compare(ctx); err != nil {
		return err
	}
	var unknown []consent.Ref
	for _, ref := range refs {
		if records, ok := m.get(ref); !ok {
			unknown = append(unknown, ref)
		} else if len(records) > 0 {
			out[ref] = records
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	bodies := make(map[consent.Ref][][]byte, len(unknown))
	err := m.find.bodies(ctx, unknown, func(ref consent.Ref, body []byte) error {
		r, err := consent.ReadRecord(body)
		out[ref] = append(out[ref], r)
		bodies[ref] = append(bodies[ref], append([]byte(nil), body...))
		return err
	})
	if err != nil {
		return err
	}
	for _, ref := range unknown {
		m.put(ref, out[ref], bodies[ref])
	}
	return nil
}

// compare forgets what others have changed since the last look. Records are added and, by a
// sweep alone, deleted; none is ever changed.
func (m *recall) compare(ctx context.Context) error {
	var version int64
	if err := m.find.row(ctx, "PRAGMA data_version", &version); err != nil || version == m.version {
		return err
	}
	var last int64
	var swept string
	err := m.find.row(ctx, "SELECT (SELECT coalesce(max(id), 0) FROM records), coalesce((SELECT value FROM meta WHERE name = '"+sweptMark+"'), '')", &last, &swept)
	if err != nil {
		return err
	}
	if swept != m.swept || last < m.last || last-m.last > 10_000 {
		m.empty(m.most)
	} else if last > m.last {
		changed, err := refsIn(m.conn.QueryContext(ctx, "SELECT ref FROM subjects WHERE record > ?", m.last))
		if err != nil {
			return err
		}
		for _, ref := range changed {
			delete(m.where, ref)
		}
	}
	m.version, m.last, m.swept = version, last, swept
	return nil
}

// drop gives the memory up: what was looked up with it is looked up without.
func (s *State) drop(m *recall) error {
	if m == nil || !s.recall.CompareAndSwap(m, nil) {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.find.close()
	if err2 := m.conn.Close(); !errors.Is(err2, sql.ErrConnDone) {
		err = errors.Join(err, err2)
	}
	return err
}

// refsIn reads a list of references.
func refsIn(rows *sql.Rows, err error) ([]consent.Ref, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []consent.Ref
	var b sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		var ref consent.Ref
		copy(ref[:], b)
		out = append(out, ref)
	}
	return out, rows.Err()
}

// markSwept counts that records were deleted, for those who hold some in memory.
func (s *State) markSwept(ctx context.Context, tx bun.Tx) error {
	was, err := s.meta(ctx, tx, sweptMark)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(was) // nothing counts as none
	return s.setMeta(ctx, tx, sweptMark, strconv.Itoa(n+1))
}
