package java

import "postern/vtl/internal/java/object"

// param is the type of a parameter.
type param uint8

const (
	intParam param = iota + 1
	longParam
	doubleParam
	booleanParam
	charParam
	objectParam
	stringParam
	collectionParam
	mapParam
	charsParam
	integerParam
	longObjectParam
	doubleObjectParam
	booleanObjectParam
	characterParam
	bigIntegerParam
	bigDecimalParam
	nullParam
)

var params = map[string]param{
	"int": intParam, "long": longParam, "double": doubleParam, "boolean": booleanParam, "char": charParam,
	"Object": objectParam, "String": stringParam, "Collection": collectionParam, "Map": mapParam, "char[]": charsParam,
	"Integer": integerParam, "Long": longObjectParam, "Double": doubleObjectParam, "Boolean": booleanObjectParam,
	"Character": characterParam, "BigInteger": bigIntegerParam, "BigDecimal": bigDecimalParam, "null": nullParam,
}

// accepts reports whether an argument fits the parameter without a cast.
func (p param) accepts(v Value) bool {
	c := object.ClassOf(v)
	if v.IsNull() {
		return p >= objectParam
	}
	switch p {
	case intParam, integerParam:
		return c == object.IntegerClass
	case longParam:
		return c == object.IntegerClass || c == object.LongClass
	case longObjectParam:
		return c == object.LongClass
	case doubleParam:
		return c == object.IntegerClass || c == object.LongClass || c == object.DoubleClass
	case doubleObjectParam:
		return c == object.DoubleClass
	case booleanParam, booleanObjectParam:
		return c == object.BooleanClass
	case charParam, characterParam:
		return c == object.CharacterClass
	case objectParam:
		return true
	case stringParam:
		return c == object.StringClass
	case collectionParam:
		return c == object.ListClass || c == object.ViewClass
	case mapParam:
		return c == object.MapClass
	case charsParam:
		a, ok := v.Host().(*object.Array)
		return ok && a.Component == object.CharArray
	case bigIntegerParam:
		return c == object.BigIntegerClass
	case bigDecimalParam:
		return c == object.BigDecimalClass
	}
	return false
}
