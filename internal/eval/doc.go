// Package eval is the engine behind "postern eval" and "postern render": it
// renders mapping templates outside of a gateway.
//
// Lines is for programs: one case a line in, one result a line out. Render is
// for people: it shows the output, every reference with the value it had, and
// a mistake with the place where it is.
//
// The package reads no files, knows no APIs and no stages: what a template may
// see is all in the case.
package eval
