// What the reports of a feed amount to, a second time and from the documentation alone (docs/prices.md), and
// whether a price is one that honest feeders could have said.

const ascending = (values) => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Whether a report counts at `now`: before its observation and its time to live have passed. */
const isFresh = ({ observedAt }, { timeToLive }, now) => observedAt + timeToLive > now;

/**
 * The aggregate of the reports that are fresh at `now`; null below quorum. Times are bigints of
 * milliseconds, values bigints of 18 decimals.
 */
export function aggregate(reports, terms, now) {
	const fresh = reports.filter((report) => isFresh(report, terms, now));
	const quorum = Number(terms.quorum);
	if (quorum === 0 || fresh.length < quorum) return null;
	const values = ascending(fresh.map(({ value }) => value));
	const times = ascending(fresh.map(({ observedAt }) => observedAt));
	const last = values.length - 1;
	const lower = values[Math.floor(last / 2)];
	const upper = values[Math.ceil(last / 2)];
	const mid = lower + (upper - lower) / 2n;
	const below = mid - values[Math.floor(last / 4)];
	const above = values[Math.ceil((3 * last) / 4)] - mid;
	// The quorum holds until the oldest report that it cannot do without expires.
	const observedAt = times[times.length - quorum];
	return {
		lower, mid, upper, confidence: below > above ? below : above, fresh: fresh.length,
		observedAt, validUntil: observedAt + terms.timeToLive,
	};
}

/** The least and the largest value among the fresh reports of those who do not lie; null of none. */
export function honestRange(reports, terms, now, lies) {
	const honest = reports
		.filter((report) => isFresh(report, terms, now) && !lies(report.feeder))
		.map(({ value }) => value);
	if (honest.length === 0) return null;
	const sorted = ascending(honest);
	return { least: sorted[0], most: sorted.at(-1) };
}

/** The parts of a reading: its name, the quote that it holds good, and what the reports say. */
export function parts(reading) {
	if (typeof reading === "string") return { status: reading, quote: null };
	const [status, value] = Object.entries(reading)[0];
	return status === "Pending"
		? { status, quote: value.current, confirmed: value.confirmed }
		: { status, quote: value };
}

const SAME = ["lower", "mid", "upper", "confidence", "observedAt", "validUntil"];
/** What a quorum of reports may be read as. */
const PRICED = ["Fresh", "Degraded", "Pending"];

/**
 * What is wrong with a reading, given the reports that it rests on: a list of sentences, empty if
 * nothing is.
 *
 * @param lies whether an account is known to lie
 */
export function faults(reading, reports, terms, now, lies) {
	const { status, quote } = parts(reading);
	const found = aggregate(reports, terms, now);
	if (!found) {
		return PRICED.includes(status) ? [`it is ${status} without a quorum`] : [];
	}
	if (!PRICED.includes(status)) return [`it is ${status} although a quorum reports`];
	const wrong = [];
	const everybody = found.fresh >= Number(terms.members);
	if (status !== "Pending" && (status === "Fresh") !== everybody) {
		wrong.push(`it is ${status} with ${found.fresh} of ${terms.members} reports`);
	}
	for (const key of SAME) {
		if (quote[key] !== found[key]) {
			wrong.push(`${key} is ${quote[key]}, the reports make it ${found[key]}`);
		}
	}
	const range = honestRange(reports, terms, now, lies);
	if (!range) wrong.push("it rests on liars alone");
	else if (quote.lower < range.least || quote.upper > range.most) {
		wrong.push(
			`${quote.lower} to ${quote.upper} leaves the honest range of ${range.least} to ${range.most}`,
		);
	}
	return wrong;
}
