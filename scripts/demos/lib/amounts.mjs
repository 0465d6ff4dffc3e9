// Amounts are bigints of smallest units; nothing here passes through a floating-point number.

/** `text`, a plain decimal, in units of 10^-decimals. Throws rather than round. */
export function units(text, decimals) {
	const match = /^(\d+)(?:\.(\d+))?$/.exec(String(text).replaceAll("_", ""));
	if (!match) throw new Error(`not a plain decimal: ${text}`);
	const fraction = match[2] ?? "";
	if (fraction.length > decimals) throw new Error(`${text} has more than ${decimals} decimals`);
	return BigInt(match[1] + fraction.padEnd(decimals, "0"));
}

/** `amount` units of 10^-decimals as a decimal with all its digits and thousands apart. */
export function shown(amount, decimals) {
	const sign = amount < 0n ? "-" : "";
	const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
	const whole = digits.slice(0, digits.length - decimals);
	const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
	return sign + grouped + (decimals > 0 ? "." + digits.slice(-decimals) : "");
}

/** As [`shown`], with the fraction cut (not rounded) to `places`. */
export function brief(amount, decimals, places = 2) {
	if (places >= decimals) return shown(amount, decimals);
	const cut = shown(amount, decimals).slice(0, places - decimals);
	return places === 0 ? cut.slice(0, -1) : cut;
}

/** `amount`·`part`/`whole`, rounded down. */
export function share(amount, part, whole) {
	if (whole === 0n) throw new Error("a share of nothing");
	return (amount * part) / whole;
}

export const sum = (amounts) => [...amounts].reduce((total, amount) => total + amount, 0n);
