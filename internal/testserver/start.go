package testserver

import "errors"

// Start starts a server of each engine that is installed, for the command withservers. It
// returns the environment that makes test processes use them and a function that stops them.
func Start() (env []string, stop func(), err error) {
	var running []*Server
	stop = func() {
		for _, s := range running {
			s.Stop()
		}
	}
	for _, e := range []struct {
		variable string
		start    func(string) (*Server, error)
	}{{PostgresVar, newPostgres}, {MariaDBVar, newMariaDB}} {
		s, err := e.start("")
		if errors.Is(err, errAbsent) {
			continue // the tests decide whether that is a failure
		}
		if err != nil {
			stop()
			return nil, nil, err
		}
		running = append(running, s)
		env = append(env, e.variable+"="+s.admin)
	}
	return env, stop, nil
}
