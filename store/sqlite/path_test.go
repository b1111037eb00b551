package sqlite_test

import "net/url"

func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }
