// Every payment date checked against the program of the deal: what the chain says it did must be what
// the program makes of what came in, and must keep the promises of a waterfall whoever computes it.

import { max, min, opening, run } from "./waterfall.mjs";

const ONE = 10n ** 18n;
const sum = (list) => list.reduce((total, n) => total + n, 0n);
const show = (value) => (typeof value === "bigint" ? `${value}` : JSON.stringify(value));

/** Where two plain values differ, as `path: one, not other`. */
export function differences(path, found, expected) {
	const both = [found, expected].every((value) => value !== null && typeof value === "object");
	if (!both) return found === expected ? [] : [`${path}: ${show(found)}, not ${show(expected)}`];
	const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
	return [...keys].flatMap((key) => differences(`${path}.${key}`, found[key], expected[key]));
}

/** Where what is said of some fields differs; fields that are not expected are not looked at. */
const claims = (path, found, expected) =>
	Object.keys(expected).flatMap((key) => differences(`${path}${key}`, found[key], expected[key]));

/** How much the reserve should hold. */
function reserveTarget({ reserve }, balances) {
	const share = (sum(balances) * BigInt(reserve.ofBalances) + ONE - 1n) / ONE;
	return max(BigInt(reserve.least), share);
}

/** What a period's receipts become: penalties make losses good, then fill the reserve, then are income. */
export function netted(receipts, room) {
	const madeGood = min(receipts.penalties, receipts.losses);
	const penalties = receipts.penalties - madeGood;
	const kept = min(penalties, room);
	return {
		funds: {
			interest: receipts.interest + penalties - kept,
			principal: receipts.principal + madeGood,
		},
		recoveries: receipts.recoveries,
		losses: receipts.losses - madeGood,
		toReserve: kept + receipts.surplus,
	};
}

/** All cash of receipts: losses are none. */
const cash = ({ interest, principal, penalties, surplus, recoveries }) =>
	interest + principal + penalties + surplus + recoveries;

/** Nobody is paid before those senior to him, whatever the program says. */
function order(event) {
	const wrong = [];
	const last = event.payments.length - 1;
	event.payments.forEach(({ interest: paid }, rank) => {
		if (paid === 0n) return;
		const short = event.payments.findIndex(
			(senior, at) => at < rank && senior.interest < senior.due,
		);
		if (short >= 0) wrong.push(`order: rank ${rank} is paid interest before rank ${short} is whole`);
	});
	event.payments.forEach(({ principal }, rank) => {
		const open = event.payments.findIndex((senior, at) => at < rank && senior.balance > 0n);
		if (principal > 0n && open >= 0) {
			wrong.push(`order: rank ${rank} is redeemed before rank ${open}`);
		}
	});
	if (event.payments[last].interest > 0n && event.held) wrong.push("order: a residual that must wait");
	return wrong;
}

/** A test of principal that failed is cured, exactly, or there was nothing left to cure it with. */
function cures(event, { tests }) {
	return event.tests.flatMap((found, at) => {
		const threshold = BigInt(tests[at].threshold);
		const passes = (n, d) => n * ONE >= threshold * d;
		const wrong = [];
		if (passes(found.numerator, found.denominator) !== found.passed) {
			wrong.push(`test ${at}: said to have ${found.passed ? "passed" : "failed"}`);
		}
		const used = found.diverted + found.principal;
		if (found.passed && used > 0n) wrong.push(`test ${at}: cured without need`);
		if (found.passed || tests[at].coverage !== "Principal") return wrong;
		const after = (less) =>
			passes(found.numerator - found.principal, found.denominator - used + less);
		if (!after(0n) && event.left.interest > 0n) wrong.push(`test ${at}: not cured, and income is left`);
		if (found.principal === 0n && used > 0n && after(1n)) wrong.push(`test ${at}: more than its cure`);
		return wrong;
	});
}

/** One deal's books, carried from date to date beside the chain's. */
export class Audit {
	/** @param revolvingEnd from when on the calendar amortises */
	constructor(program, { faces, coupons, dayCount, closing, revolvingEnd, reserve }) {
		Object.assign(this, { program, revolvingEnd });
		this.state = opening(program, faces, coupons, { dayCount, date: closing, reserve });
		/** By how much assets and open losses are above all balances. */
		this.excess = 0n;
		this.dates = 0;
	}

	/**
	 * Checks one date.
	 *
	 * @param event the fields of `PaymentRun`
	 * @param input what the chain keeps of its opening: `{ state, receipts, collections }`
	 * @returns what is wrong, as sentences, and the outcome of the program here
	 */
	check(event, input) {
		const { program, state: before } = this;
		const { collections, receipts } = input;
		if (collections.date !== event.date) return { wrong: ["the opening is of another date"] };
		const notes = before.classes.slice(0, -1).map(({ balance }) => balance);
		const net = netted(receipts, max(reserveTarget(program, notes) - before.reserve, 0n));
		const started = { ...before, reserve: before.reserve + net.toReserve };
		const { toReserve, ...given } = net;
		const outcome = run(started, program, collections);
		const wrong = [
			...claims("opening.", input.state, before),
			...claims("netted.", collections, given),
			...claims("collections.", collections, { mode: this.#calendar(event.date, collections.last) }),
			...claims("", event, {
				funds: receipts, charged: given.losses, held: collections.holdResidual,
				payments: outcome.payments, fees: outcome.fees, tests: outcome.tests, mode: outcome.mode,
				left: outcome.left, reserve: outcome.state.reserve,
				writtenOff: outcome.writtenOff, writtenUp: outcome.writtenUp,
			}),
			...this.#conservation(event, before, receipts),
			...this.#identity(before, collections),
			...order(event),
			...cures(event, program),
		];
		this.excess += outcome.built - outcome.released;
		this.state = outcome.state;
		this.dates += 1;
		return { wrong, outcome, before };
	}

	/** What the calendar makes of principal; the last date redeems whatever it says. */
	#calendar(date, last) {
		return last || date >= BigInt(this.revolvingEnd) ? "Amortising" : "Revolving";
	}

	/** Every unit that came in is paid, or is left. */
	#conservation(event, before, receipts) {
		const into = cash(receipts) + before.reserve;
		const paid = sum(event.payments.map(({ interest, principal }) => interest + principal));
		const out = paid + sum(event.fees) + event.left.interest + event.left.principal + event.reserve;
		return into === out ? [] : [`conservation: ${into} came in and ${out} went out`];
	}

	/** Principal lent and in cash, with losses that nobody made good, is what the classes are owed. */
	#identity(before, { pool, funds, losses }) {
		const open = sum(before.classes.map(({ pdl, balance }) => pdl - balance));
		const found = pool.lent + funds.principal + before.uncovered + losses + open;
		return found === this.excess ? [] : [`identity: ${found}, not ${this.excess}`];
	}
}

/** Numerator over denominator with 18 decimals, rounded down; null of nothing. */
export const ratioOf = ({ numerator, denominator }) =>
	denominator === 0n ? null : (numerator * ONE) / denominator;
