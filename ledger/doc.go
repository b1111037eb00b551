// Package ledger is for what was done: an append-only log that anybody can verify with the
// public key alone, and that holds no personal data.
//
// # Leaves
//
// A leaf is one line of JSON, the bytes of Entry.Line: members in the order of the type
// Entry, those that are empty left out, no spaces, no escapes for HTML, instants in UTC in
// RFC 3339. The bytes are stored as they were hashed and are never encoded again, so that a
// later version of Garant may write other members without breaking what was written before.
//
// # Tree and checkpoint
//
// The tree is that of RFC 6962 (golang.org/x/mod/sumdb/tlog). A checkpoint is a C2SP
// tlog-checkpoint: three lines (the log's name, its size, its root in base64) signed as a
// C2SP signed note with Ed25519. Each append signs a checkpoint in the transaction that
// stores the leaves, so that a stored log altered without the key is found out.
//
// Where the key was changed, each checkpoint bears, as extension lines, the statements by which
// every key named the next one (see Log.Succeed). Whoever was given an older key is led on by
// them and goes on verifying with it.
//
// # Export
//
// An exported log is one text: the checkpoint, an empty line, then for every leaf, in order,
// its leaf hash in base64, a space, the leaf and a line feed. The hashes could be left out,
// since they follow from the leaves; with them Verify names the first leaf that was altered
// instead of saying that something somewhere was. Nothing may follow the last leaf.
//
// # Proofs
//
// A proof is a C2SP tlog-proof whose extra line is the leaf, so that one small text shows
// that one act is in the log. It is checked offline with the public key.
package ledger
