package console

// CountHashes calls fn with the stored form of each hash that a password is held against.
func (c *Console) CountHashes(fn func(hash string)) {
	compare := c.gate.compare
	c.gate.compare = func(password, hash string) (bool, error) {
		fn(hash)
		return compare(password, hash)
	}
}
