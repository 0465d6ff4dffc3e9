// The daily history that the feeders report, and what each of them makes of a day.

import { readFileSync } from "node:fs";
import { units } from "./amounts.mjs";

/** Decimals of a price on chain: USD per whole unit as a fixed-point number. */
export const PRICE_DECIMALS = 18;

/** The rows of a `date,price` file, prices as exact fixed-point bigints. */
export function parse(text, name = "prices") {
	const [head, ...lines] = text.trimEnd().split("\n");
	if (head !== "date,price") throw new Error(`${name}: unexpected heading ${head}`);
	let last = "";
	return lines.map((line, at) => {
		const match = /^(\d{4}-\d{2}-\d{2}),(\d+(?:\.\d+)?)$/.exec(line);
		if (!match) throw new Error(`${name}: line ${at + 2} is not date,price: ${line}`);
		const [, date, price] = match;
		if (date <= last) throw new Error(`${name}: ${date} does not follow ${last}`);
		last = date;
		const value = units(price, PRICE_DECIMALS);
		if (value === 0n) throw new Error(`${name}: no price on ${date}`);
		return { date, value };
	});
}

/** One row per day for several series, which must have the same days. */
export function together(series) {
	const names = Object.keys(series);
	const days = series[names[0]];
	for (const name of names) {
		const rows = series[name];
		const odd = days.findIndex(({ date }, at) => rows[at]?.date !== date);
		if (odd >= 0 || rows.length !== days.length) {
			throw new Error(`${name} and ${names[0]} differ in days, first in row ${odd + 1}`);
		}
	}
	return days.map(({ date }, at) => ({
		date,
		...Object.fromEntries(names.map((name) => [name, series[name][at].value])),
	}));
}

export function load(files, folder = new URL("../data/", import.meta.url)) {
	return together(
		Object.fromEntries(
			Object.entries(files).map(([name, file]) => [
				name,
				parse(readFileSync(new URL(file, folder), "utf8"), file),
			]),
		),
	);
}

/** Whether nothing is said of `series` on `day`: between these two days of an `outage`. */
export const silent = (outage, series, { date }) =>
	outage?.series === series && date > outage.after && date < outage.until;

/**
 * What feeder `index` of `count` reports of `value`. Feeders see slightly different markets: they
 * lie one basis point apart, symmetric around the published price, so that its medians contain it.
 */
export function seenBy(index, count, value) {
	const step = BigInt(2 * index - (count - 1));
	return value + (value * step) / 20_000n;
}

/** The half-width a feeder gives: five basis points, at least one unit. */
export function halfWidth(value) {
	const width = value / 2_000n;
	return width > 0n ? width : 1n;
}
