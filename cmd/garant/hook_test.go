package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/garant-rgpd/garant/api/hook"
)

// hookServer is hookserver DIR: a recipient's program for the script, whose address is in $HOOK
// and which knows the secret "secret". It takes what is signed with it and writes the bodies to
// DIR/1.json and so on; while there is a file DIR/down it answers 503.
func hookServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hookserver DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	var n atomic.Int64
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		h := r.Header
		switch _, down := os.Stat(filepath.Join(dir, "down")); {
		case down == nil:
			w.WriteHeader(http.StatusServiceUnavailable)
		case err != nil || h.Get("webhook-signature") != "v1,"+hook.Sign("secret", h.Get("webhook-id"), h.Get("webhook-timestamp"), body):
			w.WriteHeader(http.StatusUnauthorized)
		default:
			text := fmt.Sprintf("%s\n%s\n", h.Get("webhook-id"), body)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.json", n.Add(1))), []byte(text), 0o600) // the script misses it
		}
	})}
	go func() { _ = s.Serve(l) }()     // it ends with the script
	ts.Defer(func() { _ = s.Close() }) // nobody is left to be told
	ts.Setenv("HOOK", "http://"+l.Addr().String()+"/rgpd")
}
