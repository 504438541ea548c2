// Package java is the part of the Java class library that a template can
// reach: it finds the method or property of a value by its name.
//
// Velocity finds methods by reflection. Here each class has a table of
// signatures, and a call picks the overload as Velocity 1.7 does. What is not in
// a table does not exist: there is no reflection, no getClass, and no way from
// a value to the machine.
//
// What the methods do is in the packages below this one: numbers, text and
// collections, on top of the classes of values (object) and of what a rendering
// may spend (budget). This package holds only what every object or every
// Boolean has.
package java

import "postern/vtl/internal/java/method"

type (
	// Value is a template's value.
	Value = method.Value
	// Budget is what one rendering may still spend.
	Budget = method.Budget
)
