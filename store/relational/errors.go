package relational

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/garant-rgpd/garant/store"
)

// errFailed says that a statement of the transaction failed, so that only Rollback is left.
var errFailed = errors.New("the transaction has failed before")

// errOver says that the transaction has ended.
var errOver = errors.New("the transaction is over")

// TooLarge is the code for Dialect.Classify of a statement that the engine finds too large or
// too deep. What it asks cannot be asked in one statement, so the kind is errors.ErrUnsupported.
const TooLarge = "the statement is too large for the store"

// clean turns an error of a driver into one that names what was done, the kind of error and
// the engine's code. The driver's own text is dropped: it may quote values of rows, or the
// address of the store.
func (s *DB) clean(ctx context.Context, what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, s.cause(ctx, err))
}

func (s *DB) cause(ctx context.Context, err error) error {
	switch {
	case safe(err):
		return err
	case ctx.Err() != nil:
		return ctx.Err() // whatever broke, broke because the caller gave up
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	code, kind := s.d.Classify(err)
	if kind == nil && code == "" {
		code, kind = network(err)
	}
	switch {
	case kind == nil && code == "":
		return errors.New("refused by the driver")
	case kind == nil:
		return fmt.Errorf("refused by the store (%s)", code)
	case code == "":
		return kind
	}
	return fmt.Errorf("%w (%s)", kind, code)
}

// Because adds to an engine's code what it means, where that is known.
func Because(code, why string) string {
	if why == "" {
		return code
	}
	return code + ": " + why
}

// safeError is an error of ours, whose text holds no value.
type safeError struct{ error }

// Unwrap returns the error itself.
func (e safeError) Unwrap() error { return e.error }

func safe(err error) bool {
	var ours safeError
	return errors.As(err, &ours)
}

// network recognises the errors of a connection that did not come about or broke.
func network(err error) (code string, kind error) {
	var op *net.OpError
	var dns *net.DNSError
	var number syscall.Errno
	switch {
	case errors.As(err, &dns):
		return "no such host", store.ErrUnreachable
	case errors.As(err, &number):
		return number.Error(), store.ErrUnreachable
	case errors.As(err, &op):
		return op.Op, store.ErrUnreachable
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, sql.ErrConnDone):
		return "connection lost", store.ErrUnreachable
	}
	return "", nil
}
