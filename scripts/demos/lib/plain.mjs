// Values of the chain as plain values: integers as bigints, structures as objects, an enum value as
// `"Name"` or `{ Name: value }` (the form in which calls take it), nothing as null.

const isEnum = (codec) => "isBasic" in codec;

export function plain(codec) {
	if (codec === null || codec === undefined) return null;
	if (typeof codec !== "object") return codec;
	if (isEnum(codec)) {
		const value = codec.isBasic ? null : plain(codec.value);
		return value === null ? codec.type : { [codec.type]: value };
	}
	if ("isSome" in codec) return codec.isSome ? plain(codec.unwrap()) : null;
	if (typeof codec.toBigInt === "function") return codec.toBigInt();
	if (codec instanceof Map) {
		return Object.fromEntries([...codec].map(([key, value]) => [String(key), plain(value)]));
	}
	if (Array.isArray(codec)) return [...codec].map(plain);
	if ("isTrue" in codec) return codec.isTrue;
	if (codec.toRawType?.() === "Null") return null;
	return codec.toString();
}

/** The fields of an event by their names. */
export const fields = (data) =>
	Object.fromEntries(data.names.map((name, at) => [name, plain(data[at])]));
