// Package vault is for the intermediate archive: data that the company may not use any more
// and must still keep, apart from everything else (CNIL, recommendation 2005-213). It is one
// file with a key of its own, every copy in it has its own end, and reading one needs a
// reason and is noted.
//
// Each batch of copies is sealed with a random data key, a sheet of some copies at a time, and
// that key is wrapped to the age identity in the key file. Records are named by keyed digests,
// so that the file alone says neither what is archived nor of whom. A copy that goes is taken
// out of its sheet, which is written anew. When the last copy of a batch has gone, its wrapped
// key goes too: what a disk or a backup of the file's pages may still show opens to nobody.
//
// Copies are pending until their batch's receipt is found in the store, or is certain never
// to come. Pending copies of two batches stand beside each other and beside the settled copy
// of the same record: whichever batch was rolled back takes only its own with it.
package vault
