// Who pays what for a case and who gets it, to the unit: the court's money a second time, from the
// documentation (docs/court.md) alone. All in STRA; what a ruling takes from a deal is not here.

import { share, sum } from "../lib/amounts.mjs";
import { isCoherent } from "./votes.mjs";

const ONE = 1_000_000_000n;
const ceil = (amount, part, whole) => (amount * part + whole - 1n) / whole;

/** What becomes of a seat: why, and what share of its deposit is lost. */
function verdict(seat, final, { penalties }, coherent, incoherent) {
	if (seat.denouncedBy) return { why: "denounced", lost: penalties.denounced };
	if (!seat.committed) return { why: "no commitment", lost: penalties.noCommit };
	if (seat.award === undefined) return { why: "not revealed", lost: penalties.noReveal };
	if (isCoherent(seat.award, final)) return { why: "with the ruling", lost: 0n };
	const margin = BigInt(Math.max(0, coherent - incoherent));
	const more = ceil(penalties.most - penalties.least, margin, BigInt(coherent + incoherent));
	return { why: "against the ruling", lost: penalties.least + more };
}

/** Records movements: `from` and `to` are accounts, `"court"` or `"treasury"`. */
class Book {
	moves = [];

	move(from, to, amount, why) {
		if (amount < 0n) throw new Error(`${why}: ${amount}`);
		if (amount > 0n) this.moves.push({ from, to, amount, why });
	}
}

/** One round: deposits taken; they and the fees go to those who voted with the ruling. */
function round(book, { seats, fees }, final, terms, prevailing) {
	const revealed = seats.filter(({ denouncedBy, award }) => !denouncedBy && award !== undefined);
	const coherent = revealed.filter(({ award }) => isCoherent(award, final));
	const against = revealed.length - coherent.length;
	let slashes = 0n;
	const told = [];
	for (const seat of seats) {
		const { why, lost } = verdict(seat, final, terms, coherent.length, against);
		const slashed = ceil(terms.deposit, lost, ONE);
		book.move(seat.juror, "court", slashed, "deposits of jurors");
		let kept = slashed;
		if (seat.denouncedBy) {
			const bounty = share(slashed, terms.penalties.bounty, ONE);
			book.move("court", seat.denouncedBy, bounty, "bounties");
			kept -= bounty;
		}
		slashes += kept;
		told.push({ ...seat, why, slashed, rewarded: 0n });
	}
	if (coherent.length === 0) {
		book.move("court", prevailing, fees, "fees returned");
		book.move("court", "treasury", slashes, "to the treasury");
		return told;
	}
	const pot = slashes + fees;
	const each = pot / BigInt(coherent.length);
	for (const seat of told.filter(({ why }) => why === "with the ruling")) {
		seat.rewarded = each;
		book.move("court", seat.juror, each, "jurors paid");
	}
	book.move("court", "treasury", pot - each * BigInt(coherent.length), "to the treasury");
	return told;
}

/** An appeal that was heard: what its panel did not cost goes to the side that was right. */
function appeal(book, { cost, claimant, respondent }, side, prevailing) {
	const raised = (funders) => sum(funders.map(([, amount]) => amount));
	for (const [who, amount] of [...claimant, ...respondent]) {
		book.move(who, "court", amount, "appeals funded");
	}
	const pool = raised(claimant) + raised(respondent) - cost;
	const winners = side === "claimant" ? claimant : respondent;
	const by = raised(winners);
	if (by === 0n) return book.move("court", prevailing, pool, "appeal funds shared");
	let left = pool;
	for (const [who, amount] of winners) {
		const part = share(pool, amount, by);
		book.move("court", who, part, "appeal funds shared");
		left -= part;
	}
	book.move("court", "treasury", left, "to the treasury");
}

/**
 * Everything that a case that was ruled on moves.
 *
 * @param terms `{ deposit, fee, bond, evidence, penalties }`, penalties in parts of 10^9
 * @param found `{ claimant, respondent, award, rounds, appeals, evidence }`: of each round the seats
 * `{ juror, committed, award, denouncedBy }`; of each appeal that was heard `{ cost, claimant,
 * respondent }` with funders `[who, amount]`; of evidence, who deposited for each piece
 * @returns `{ moves, rounds }`: the movements, and the seats of each round with what came of them
 */
export function settlement(terms, { claimant, respondent, award, rounds, appeals, evidence }) {
	const book = new Book();
	const side = award > 0 ? "claimant" : "respondent";
	const prevailing = side === "claimant" ? claimant : respondent;
	const prepaid = BigInt(rounds[0].seats.length) * terms.fee;
	for (const party of [claimant, respondent]) {
		book.move(party, "court", terms.bond, "bonds");
		book.move(party, "court", prepaid, "fees prepaid");
	}
	for (const party of evidence) {
		book.move(party, "court", terms.evidence, "deposits of evidence");
		book.move("court", party, terms.evidence, "deposits of evidence returned");
	}

	const told = rounds.map(({ seats }, at) => {
		const fees = at === 0 ? prepaid : appeals[at - 1].cost;
		return round(book, { seats, fees }, award, terms, prevailing);
	});
	for (const heard of appeals) appeal(book, heard, side, prevailing);
	book.move("court", prevailing, 2n * terms.bond, "bonds to the winner");
	book.move("court", prevailing, prepaid, "fees returned");
	const through = (side) =>
		sum(book.moves.filter((move) => move[side] === "court").map(({ amount }) => amount));
	const left = through("to") - through("from");
	if (left !== 0n) throw new Error(`${left} units are left with the court`);
	return { moves: book.moves, rounds: told };
}
