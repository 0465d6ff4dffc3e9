// What the products say they did, as entries of the ledger. Balances are not looked at here.

import { Ledger } from "./ledger.mjs";

/** Tranches that a deal has room for: note ids are `deal · 8 + rank`. */
const NOTES_PER_DEAL = 8;

export const noteId = (deal, rank) => deal * NOTES_PER_DEAL + rank;
export const noteKey = (deal, rank) => `note ${noteId(deal, rank)}`;

const big = (codec) => codec.toBigInt();
const text = (codec) => codec.toString();
const number = (codec) => codec.toNumber();

/**
 * The books of everything that happened in `blocks`.
 *
 * @param opening the holdings before the first of them
 * @param deals what is known of each deal that is followed: `{ settlement, account }` by its id
 * @param bookAccounts address of a book's account, by its id
 * @param pools what is known of each backstop pool that is followed, by its number:
 * `{ account, settlement, collateral }`
 */
export function booksOf(blocks, opening, deals, bookAccounts, pools = new Map()) {
	const ledger = new Ledger();
	const state = { ledger, deals, bookAccounts, pools, symbols: new Map(), floats: new Map() };
	state.lots = new Map();
	state.poolFloats = new Map();
	state.originators = new Map();
	state.bonds = new Map();
	state.books = new Map();
	state.vaults = new Map();
	for (const [key, { kind, id, balances, issuance, minimum }] of opening) {
		ledger.open(key, balances, issuance);
		if (kind === "asset") state.symbols.set(id, key);
		state.floats.set(key, minimum);
	}
	for (const block of blocks) {
		for (const event of block.events) {
			ENTRIES[`${event.section}.${event.method}`]?.(state, event.data, block);
		}
	}
	return ledger;
}

/**
 * Deal `id` if it is followed. What others do is not entered in the books, and so shows as a
 * difference: the books are of this job and nothing else.
 */
function followed(state, id, then) {
	const deal = state.deals.get(number(id));
	if (deal) then({ id: number(id), originator: state.originators.get(number(id)), ...deal });
}

/** Book `id` if its deal is followed. */
function book(state, id, then) {
	const found = state.books.get(id);
	const deal = found && state.deals.get(found.deal);
	if (deal) then({ asset: found.asset, account: state.bookAccounts.get(id), deal });
}

/** The book of `vault` if its deal is followed. */
const lending = (state, vault, then) => book(state, state.vaults.get(number(vault)), then);

/** Pool `id` if it is followed. */
function pooled(state, id, then) {
	const pool = state.pools.get(number(id));
	if (pool) then(pool);
}

/** `units` of seized collateral go to `buyer` for `cost`. */
function sale(state, { asset, account, deal }, buyer, units, cost) {
	state.ledger.move(deal.settlement, buyer, deal.account, big(cost), "lots paid");
	state.ledger.move(asset, account, buyer, big(units), "lots delivered");
}

const ENTRIES = {
	"transactionPayment.TransactionFeePaid"({ ledger }, { who, actualFee }, { author }) {
		// A tip is part of the actual fee.
		ledger.move("STRA", text(who), author, big(actualFee), "fees");
	},

	"tranches.Created"(state, { deal, originator }) {
		state.originators.set(number(deal), text(originator));
	},
	"tranches.Launched"(state, { deal, residual, reserve, bond }) {
		followed(state, deal, ({ settlement, account, originator }) => {
			const float = state.floats.get(settlement);
			state.ledger.move(settlement, originator, account, float, "float paid in");
			state.ledger.move(settlement, originator, account, big(residual), "residual paid in");
			state.ledger.move(settlement, originator, account, big(reserve), "reserve paid in");
			state.ledger.move(settlement, originator, account, big(bond), "bond paid in");
			state.bonds.set(number(deal), big(bond));
		});
	},
	"tranches.Ordered"(state, { deal, who, amount }) {
		followed(state, deal, ({ settlement, account }) =>
			state.ledger.move(settlement, text(who), account, big(amount), "orders paid in"),
		);
	},
	"tranches.OrderReduced"(state, { deal, who, amount }) {
		followed(state, deal, ({ settlement, account }) =>
			state.ledger.move(settlement, account, text(who), big(amount), "orders refunded"),
		);
	},
	"tranches.OfferingClosed"(state, { deal, filled }) {
		followed(state, deal, ({ id, account }) =>
			filled.forEach((face, rank) => {
				const key = noteKey(id, rank);
				state.ledger.open(key, new Map(), 0n);
				state.ledger.issue(key, account, big(face), "notes issued");
			}),
		);
	},
	"tranches.Collected"(state, { deal, rank, who, notes, refund }) {
		followed(state, deal, ({ id, settlement, account }) => {
			// Of a failed offering there are no notes.
			if (big(notes) > 0n) {
				const key = noteKey(id, number(rank));
				state.ledger.move(key, account, text(who), big(notes), "notes handed out");
			}
			state.ledger.move(settlement, account, text(who), big(refund), "orders refunded");
		});
	},
	"tranches.LeftoversAssigned"(state, { deal, rank, notes }) {
		followed(state, deal, ({ id, account, originator }) =>
			state.ledger.move(
				noteKey(id, number(rank)), account, originator, big(notes), "notes left by rounding",
			),
		);
	},
	"tranches.Advanced"(state, { deal, to, amount }) {
		followed(state, deal, ({ settlement, account }) =>
			state.ledger.move(settlement, account, text(to), big(amount), "loans drawn"),
		);
	},
	"tranches.Claimed"(state, { deal, rank, who, interest, principal, compensation, refund, burned }) {
		followed(state, deal, ({ id, settlement, account }) => {
			const pay = (amount, why) =>
				state.ledger.move(settlement, account, text(who), big(amount), why);
			pay(interest, "interest claimed");
			pay(principal, "principal claimed");
			pay(compensation, "compensation claimed");
			pay(refund, "orders refunded");
			const key = noteKey(id, number(rank));
			if (big(burned) > 0n) state.ledger.retire(key, text(who), big(burned), "notes burned");
		});
	},
	"tranches.Transferred"(state, { deal, rank, from, to, amount }) {
		followed(state, deal, ({ id }) =>
			state.ledger.move(
				noteKey(id, number(rank)), text(from), text(to), big(amount), "notes transferred",
			),
		);
	},
	"tranches.OfferTaken"(state, { deal, seller, buyer, cash }) {
		// The notes are in `Transferred`.
		followed(state, deal, ({ settlement }) =>
			state.ledger.move(settlement, text(buyer), text(seller), big(cash), "notes paid"),
		);
	},
	"tranches.FeeClaimed"(state, { deal, who, amount }) {
		followed(state, deal, ({ settlement, account }) =>
			state.ledger.move(settlement, account, text(who), big(amount), "fees of the deal claimed"),
		);
	},
	"tranches.Removed"(state, { deal, swept }) {
		followed(state, deal, ({ settlement, account, originator }) => {
			const bond = state.bonds.get(number(deal)) ?? 0n;
			state.ledger.move(settlement, account, originator, bond, "bond returned");
			const rest = big(swept) - bond;
			state.ledger.move(settlement, account, originator, rest, "float and leftovers");
		});
	},

	"tranches.Exchanged"(state, { deal, rank, who, notes }) {
		followed(state, deal, ({ id }) =>
			state.ledger.retire(noteKey(id, number(rank)), text(who), big(notes), "notes exchanged"),
		);
	},

	"auctions.LotOpened"(state, { lot, book: id }) {
		state.lots.set(number(lot), number(id));
	},
	"auctions.Sold"(state, { lot, buyer, units, cost }) {
		book(state, state.lots.get(number(lot)), (found) =>
			sale(state, found, text(buyer), units, cost),
		);
	},
	"auctions.SoldToBackstop"(state, { book: id, units, cost }) {
		book(state, number(id), (found) => {
			const { settlement } = found.deal;
			const pool = [...state.pools.values()].find(
				(pool) => pool.settlement === settlement && pool.collateral === found.asset,
			);
			if (pool) sale(state, found, pool.account, units, cost);
		});
	},
	"auctions.Exchanged"(state, { lot, who, units }) {
		book(state, state.lots.get(number(lot)), ({ asset, account }) =>
			state.ledger.move(asset, account, text(who), big(units), "lots delivered"),
		);
	},

	"backstop.PoolOpened"(state, { pool, float }) {
		// Paid by the deposit that comes next.
		state.poolFloats.set(number(pool), big(float));
	},
	"backstop.Deposited"(state, { pool: id, who, amount }) {
		pooled(state, id, ({ account, settlement }) => {
			const float = state.poolFloats.get(number(id)) ?? 0n;
			state.poolFloats.delete(number(id));
			state.ledger.move(settlement, text(who), account, float, "float paid in");
			state.ledger.move(settlement, text(who), account, big(amount), "backstop paid in");
		});
	},
	"backstop.Withdrawn"(state, { pool: id, who, amount }) {
		pooled(state, id, ({ account, settlement }) =>
			state.ledger.move(settlement, account, text(who), big(amount), "backstop paid out"),
		);
	},
	"backstop.Claimed"(state, { pool: id, who, amount }) {
		pooled(state, id, ({ account, collateral }) =>
			state.ledger.move(collateral, account, text(who), big(amount), "backstop gains"),
		);
	},

	"vaults.BookOpened"(state, { book, deal, collateral }) {
		const asset = collateral.isNative
			? "STRA"
			: state.symbols.get(collateral.asWithId.toNumber());
		state.books.set(number(book), { deal: number(deal), asset });
	},
	"vaults.VaultOpened"(state, { vault, book }) {
		state.vaults.set(number(vault), number(book));
	},
	"vaults.Deposited"(state, { vault, from, amount }) {
		lending(state, vault, ({ asset, account }) =>
			state.ledger.move(asset, text(from), account, big(amount), "collateral locked"),
		);
	},
	"vaults.Withdrawn"(state, { vault, to, amount }) {
		lending(state, vault, ({ asset, account }) =>
			state.ledger.move(asset, account, text(to), big(amount), "collateral returned"),
		);
	},
	"vaults.Repaid"(state, { vault, from, interest, principal }) {
		lending(state, vault, ({ deal: { settlement, account } }) => {
			state.ledger.move(settlement, text(from), account, big(interest), "interest repaid");
			state.ledger.move(settlement, text(from), account, big(principal), "principal repaid");
		});
	},
};
