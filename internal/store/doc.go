// Package store keeps documents with revisions and a change feed on NATS
// JetStream: an embedded server in a directory or in memory, or an external
// cluster, through the same code.
//
// A document is a value under a key, changed whole under compare-and-swap. A
// write returns only after it is on disk and every Watch callback of this
// process has seen it, so that what follows a write on this node sees its
// effect. After a crash at any moment every acknowledged write is there. On a
// full disk a write fails at once with a WriteError, and the first one that finds
// space again goes through.
//
// Every process holds all documents in memory, in the order in which the store
// took the changes: reads never leave the process, and they go on when a
// cluster has lost its quorum. That fits configuration, thousands of documents
// of kilobytes; the store is no place for records of connections or messages.
//
// The package knows nothing of what the documents say.
package store
