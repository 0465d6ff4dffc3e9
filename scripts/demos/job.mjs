// The main job, step by step: a deal from its first draft to its last unit.

import { brief, units } from "./lib/amounts.mjs";
import { Audit, differences } from "./lib/audit.mjs";
import { noteId } from "./lib/books.mjs";
import { Chain } from "./lib/chain.mjs";
import { fields, plain } from "./lib/plain.mjs";
import { heading, print } from "./lib/table.mjs";
import * as deal from "./deal.mjs";
import * as report from "./report.mjs";

export class Job {
	/** Vaults that are open, by borrower. */
	#vaults = new Map();

	/** @param plan when what happens, one of plans.mjs */
	constructor(chain, parties, found, feed, journal, plan) {
		Object.assign(this, { chain, api: chain.api, parties, found, feed, journal, plan });
		this.usdx = found.get("USDX");
		this.bookAccounts = new Map();
		this.deals = new Map();
		/** Payment dates: the fields of their events. */
		this.payments = [];
		/** What the recalculation of payment dates has found to be wrong. */
		this.wrong = [];
		/** Triggers that tripped, and those that were cured, by their place in the program. */
		this.tripped = new Set();
		this.cured = new Set();
	}

	usd(amount) {
		return `${brief(amount, this.usdx.decimals)} USDX`;
	}

	say(text) {
		console.log(`  block ${String(this.chain.head.number).padStart(4)}  ${this.feed.day.date}  ${text}`);
	}

	async originate() {
		heading("The deal");
		const { originator, servicer, trustee } = this.parties;
		const assets = Object.fromEntries(this.found);
		const { now } = this.chain;
		const offices = { servicer: servicer.address, trustee: trustee.address };
		const terms = deal.terms(now, this.usdx, assets, offices, this.plan.dates);
		const program = deal.program(now, this.usdx, this.plan.dates);
		const created = await this.chain.send(this.api.tx.tranches.create(terms, program), originator);
		this.deal = Chain.event(created.events, "tranches", "Created").deal.toNumber();
		const account = (await this.api.call.tranchesApi.deal(this.deal)).unwrap().account.toString();
		this.parties.call(account, `deal ${this.deal}`);
		this.deals.set(this.deal, { settlement: "USDX", account });
		const launched = await this.chain.send(this.api.tx.tranches.launch(this.deal), originator);
		const paidIn = fields(Chain.event(launched.events, "tranches", "Launched"));
		Object.assign(this, { terms, program, paidIn, schedule: terms.schedule });

		const amount = (value) => brief(value, this.usdx.decimals, 0);
		print(
			`Deal ${this.deal} of ${this.parties.name(originator.address)}, paid in USDX`,
			["rank", "tranche", "face", "least", "yearly coupon", "junior to it, at least"],
			terms.tranches.map((tranche, rank) => [
				String(rank), deal.TRANCHES[rank], amount(tranche.face), amount(tranche.minimum),
				tranche.coupon ? `${brief(tranche.coupon * 100n, 18, 0)} %` : "-",
				`${tranche.minimumSubordination / 10_000_000} %`,
			]),
		);
		print(
			"Books",
			["collateral", "yearly rate", "lends at most"],
			deal.BOOKS.map(({ collateral, rate, ceiling }) => [
				collateral, `${rate} %`, amount(units(ceiling, this.usdx.decimals)),
			]),
		);
		report.program(program, this.usdx.decimals);
		console.log(
			`\n  ${this.parties.name(servicer.address)} is the servicer, ` +
				`${this.parties.name(trustee.address)} the trustee. The originator pays in the residual ` +
				`${this.usd(paidIn.residual)}, the reserve ${this.usd(paidIn.reserve)} and a bond of ` +
				`${this.usd(paidIn.bond)}.`,
		);
		const when = (moment) => new Date(moment).toISOString().slice(11, 19);
		const { offeringEnd, firstPayment, period, revolvingEnd, finalDate } = this.schedule;
		console.log(
			`\n  Orders until ${when(offeringEnd)}; paid from ${when(firstPayment)} every ` +
				`${period / 1000} s; lends until ${when(revolvingEnd)}; final date ${when(finalDate)}. ` +
				"About a minute stands for a quarter, so yearly rates are a hundred times real ones.",
		);
	}

	async subscribe() {
		heading("Offering");
		const { investors } = this.parties;
		const ended = this.#offeringEnds();
		await Promise.all(
			deal.ORDERS.map(({ investor, rank, amount }) => {
				const value = units(amount, this.usdx.decimals);
				const call = this.api.tx.tranches.order(this.deal, rank, value);
				return this.chain.send(call, investors[investor]);
			}),
		);
		this.say(`${deal.ORDERS.length} orders placed`);

		// The hook closes the offering by itself.
		const { filled, books } = await ended;
		this.books = books.map((book) => book.toNumber());
		this.units = filled.map((face) => face.toBigInt());
		this.audit = new Audit(this.program, {
			faces: this.units,
			coupons: this.terms.tranches.map(({ coupon }) => coupon),
			dayCount: this.terms.dayCount,
			closing: this.schedule.offeringEnd,
			revolvingEnd: this.schedule.revolvingEnd,
			reserve: this.paidIn.reserve,
		});
		for (const [at, book] of this.books.entries()) {
			const state = (await this.chain.head.at.call.vaultsApi.book(book)).unwrap();
			const { collateral } = deal.BOOKS[at];
			this.bookAccounts.set(book, state.account.toString());
			this.parties.call(state.account, `book ${book} (${collateral})`);
		}
	}

	/** Notes and refunds for those who ordered. */
	async collect() {
		const { investors } = this.parties;
		const sent = await Promise.all(
			deal.ORDERS.map(({ investor, rank }) => {
				const who = investors[investor];
				const call = this.api.tx.tranches.collect(this.deal, rank, who.address);
				return this.chain.send(call, who);
			}),
		);
		const money = (value) => brief(value, this.usdx.decimals, 6);
		print(
			"Orders, notes and refunds",
			["investor", "tranche", "ordered", "notes", "refund"],
			deal.ORDERS.map(({ investor, rank, amount }, at) => {
				const { notes, refund } = Chain.event(sent[at].events, "tranches", "Collected");
				return [
					this.parties.name(investors[investor].address), deal.TRANCHES[rank],
					money(units(amount, this.usdx.decimals)), money(notes.toBigInt()),
					money(refund.toBigInt()),
				];
			}),
		);
		const left = sent.flatMap(({ events }) =>
			events.filter(({ method }) => method === "LeftoversAssigned"),
		);
		for (const { data } of left) {
			console.log(
				`  Rounding left ${data.notes} units of notes and ${data.cash} units of cash of the ` +
					`${deal.TRANCHES[data.rank.toNumber()]} tranche to the originator.`,
			);
		}
	}

	/** Waits for the end of the offering; what the chain said of it. */
	async #offeringEnds() {
		let failure;
		let closed;
		this.journal.listen(({ section, method, data }) => {
			if (section !== "tranches" || data.deal?.toNumber() !== this.deal) return;
			if (method === "OfferingClosed") closed = data;
			if (method === "OfferingFailed" || method === "Parked") failure = `${method}: ${data}`;
		});
		await this.chain.until(() => closed || failure, "end of the offering");
		if (failure) throw new Error(failure);
		const faces = closed.filled.map((face) => this.usd(face.toBigInt()));
		this.say(`offering closed: ${faces.join(", ")}`);
		return closed;
	}

	async borrow() {
		const opened = await Promise.all(
			this.plan.loans.map(async (loan) => {
				const borrower = this.parties.borrowers[loan.borrower];
				const { decimals } = this.found.get(deal.BOOKS[loan.book].collateral);
				const collateral = units(loan.collateral, decimals);
				const draw = units(loan.draw, this.usdx.decimals);
				const call = this.api.tx.vaults.open(this.books[loan.book], collateral, draw);
				const sent = await this.chain.send(call, borrower);
				const vault = Chain.event(sent.events, "vaults", "VaultOpened").vault.toNumber();
				this.#vaults.set(loan.borrower, { ...loan, borrower, vault, decimals });
				return this.#vaults.get(loan.borrower);
			}),
		);
		const states = await Promise.all(
			opened.map(async ({ vault }) => (await this.api.call.vaultsApi.vault(vault)).unwrap()),
		);
		heading("Loans");
		print(
			"Vaults",
			["borrower", "vault", "collateral", "locked", "owes", "value/debt", "liquidated below"],
			opened.map(({ borrower, vault, book, decimals }, at) => {
				const state = states[at];
				return [
					this.parties.name(borrower.address), String(vault), deal.BOOKS[book].collateral,
					brief(state.collateral.toBigInt(), decimals),
					brief(state.debt.toBigInt(), this.usdx.decimals),
					brief(state.ratio.unwrap().toBigInt(), 18, 4),
					brief(state.liquidationPrice.unwrap().toBigInt(), 18, 4),
				];
			}),
		);
	}

	/** From now on borrowers add collateral when their vaults come near the initial ratio. */
	guard() {
		const busy = new Set();
		const look = async (head) => {
			for (const [key, loan] of this.#vaults) {
				if (busy.has(key) || loan.keep === undefined) continue;
				const state = await head.at.call.vaultsApi.vault(loan.vault);
				if (state.isNone || state.unwrap().ratio.isNone) continue;
				// It may have been closed while this was asked.
				if (this.#vaults.get(key) !== loan) continue;
				const { ratio, collateral } = state.unwrap();
				if (ratio.unwrap().toBigInt() >= deal.ratio(loan.keep)) continue;
				busy.add(key);
				this.#topUp(loan, ratio.unwrap().toBigInt(), collateral.toBigInt())
					.catch((error) => (this.failure ??= error))
					.finally(() => busy.delete(key));
			}
		};
		this.chain.best.watch(look, (error) => (this.failure ??= error));
	}

	async #topUp({ borrower, vault, restore, book, decimals }, ratio, collateral) {
		const wanted = (collateral * deal.ratio(restore)) / ratio;
		const more = wanted - collateral;
		await this.chain.send(this.api.tx.vaults.deposit(vault, more), borrower);
		this.say(
			`${this.parties.name(borrower.address)} stood at ${brief(ratio, 18, 4)} and adds ` +
				`${brief(more, decimals)} ${deal.BOOKS[book].collateral}`,
		);
	}

	/** Checks and prints every payment date when it has run. */
	watchPayments() {
		this.journal.listen(async ({ section, method, data }, block) => {
			if (section !== "tranches" || data.deal?.toNumber() !== this.deal) return;
			if (method === "Parked") this.failure ??= new Error(`a payment date failed: ${data}`);
			if (TOLD[method]) this.say(TOLD[method](this, fields(data)));
			if (method === "PaymentRun") await this.#ran(fields(data), block);
		});
	}

	async #ran(event, block) {
		this.payments.push(event);
		const { wti, eur, date } = this.feed.day;
		const at = await this.api.at(block.hash);
		const input = plain(await at.query.tranches.openings(this.deal));
		const checked = this.audit.check(event, input);
		const found = [...checked.wrong, ...(await this.#account(at)), ...(await this.#again(at, event))];
		this.wrong.push(...found.map((what) => `payment date ${this.payments.length}: ${what}`));
		report.payment(this.payments.length, event, {
			units: this.units,
			decimals: this.usdx.decimals,
			block: block.number,
			deal: (await at.call.tranchesApi.deal(this.deal)).unwrap(),
			tranches: await at.call.tranchesApi.tranches(this.deal),
			price: `${date}: WTI ${brief(wti, 18)}, EUR ${brief(eur, 18, 4)} USD`,
			state: checked.outcome?.state,
			wrong: found,
		});
	}

	/** The chain says the same of the date when it is asked to run it again. */
	async #again(at, { payments, fees, tests }) {
		const again = await at.call.tranchesApi.rerunPayment(this.deal, null);
		const found = again.isOk ? plain(again.asOk) : {};
		return Object.entries({ payments, fees, tests }).flatMap(([what, expected]) =>
			differences(`run again: ${what}`, found[what], expected),
		);
	}

	/** The ledgers of the deal add up to what its account holds. */
	async #account(at) {
		const [ledgers, deal] = await Promise.all([
			at.query.tranches.ledgers(this.deal).then(plain),
			at.query.tranches.deals(this.deal).then(plain),
		]);
		const { account } = this.deals.get(this.deal);
		const held = (await at.query.assets.account(this.usdx.id, account)).unwrap().balance.toBigInt();
		const booked = report.ledgersOf(ledgers, deal).reduce((sum, [, amount]) => sum + amount, 0n);
		return held === booked ? [] : [`cash: the ledgers hold ${booked}, the account ${held}`];
	}

	/** One payment date with all that comes before and after it. */
	async period(at) {
		if (at === 0) heading("Payment dates");
		const date = this.schedule.firstPayment + at * this.schedule.period;
		await this.chain.reaches(date - this.plan.before * deal.SLOT, `payment date ${at + 1}`);
		await this.#borrowersPay(this.plan.payments[at] ?? this.plan.payments.at(-1));
		for (const redraw of this.plan.redraws.filter(({ date }) => date === at)) await this.#redraw(redraw);
		const ran = () => this.#failed() || this.payments.length > at;
		await this.chain.until(ran, `payment date ${at + 1}`);
		await this.acted();
		this.acts = this.#after(at).catch((error) => (this.failure ??= error));
	}

	/** What holders do after a payment date. Until it is done the next one may be near. */
	async #after(at) {
		if (this.plan.claims.includes(at) || this.closed) await Promise.all([this.claim(), this.claimFees()]);
		if (this.plan.offer?.after === at) await this.#trade();
		if (this.plan.allowance?.after === at) await this.#passOn();
	}

	/** Waits for what holders do. */
	async acted() {
		await this.acts;
		if (this.#failed()) throw this.#failed();
	}

	#failed() {
		return this.failure ?? this.feed.failure;
	}

	async #borrowersPay(wishes) {
		const acts = wishes.map(async (wish, at) => {
			if (wish === undefined) return;
			const loan = this.#vaults.get(at);
			if (!loan) return;
			const name = this.parties.name(loan.borrower.address);
			if (wish === "all") {
				const repaid = await this.#leaves(at);
				if (!repaid) return `${name} owes nothing, and takes back what is left`;
				const { interest, principal } = repaid;
				return `${name} repays everything: interest ${this.usd(interest)}, principal ${this.usd(principal)}`;
			}
			const state = (await this.api.call.vaultsApi.vault(loan.vault)).unwrap();
			if (state.debt.isZero()) return `${name} owes nothing any more`;
			const amount = wish === "interest"
				? state.interest.toBigInt()
				: units(wish, this.usdx.decimals);
			const call = this.api.tx.vaults.repay(loan.vault, amount);
			const sent = await this.chain.send(call, loan.borrower);
			const { interest, principal } = Chain.event(sent.events, "vaults", "Repaid");
			return `${name} pays interest ${this.usd(interest.toBigInt())}, principal ${this.usd(principal.toBigInt())}`;
		});
		for (const line of await Promise.all(acts)) if (line) this.say(line);
	}

	/** A borrower is done: he repays what he owes, if anything, and his vault goes. What he repaid. */
	async #leaves(at) {
		const { vault, borrower } = this.#vaults.get(at);
		this.#vaults.delete(at);
		const { debt, collateral } = (await this.api.call.vaultsApi.vault(vault)).unwrap();
		const { settle, close } = this.api.tx.vaults;
		// An empty vault goes when anybody settles it; one with a rest is its owner's to close.
		const call = debt.isZero() && collateral.isZero() ? settle(vault, 8) : close(vault);
		const { events } = await this.chain.send(call, borrower);
		const repaid = events.find((event) => this.api.events.vaults.Repaid.is(event));
		return repaid && fields(repaid.data);
	}

	/** The cash that one borrower repaid is lent to another. */
	async #redraw({ borrower: at, amount, deposit }) {
		const { borrower, vault, decimals, book } = this.#vaults.get(at);
		const adjustment = {
			deposit: units(deposit, decimals),
			repay: 0n,
			draw: units(amount, this.usdx.decimals),
			withdraw: 0n,
		};
		await this.chain.send(this.api.tx.vaults.adjust(vault, adjustment), borrower);
		this.say(
			`${this.parties.name(borrower.address)} adds ${brief(adjustment.deposit, decimals)} ` +
				`${deal.BOOKS[book].collateral} and draws ${this.usd(adjustment.draw)} of what came back`,
		);
	}

	/** Everybody who holds notes, by rank. */
	async #holders() {
		const { at } = this.chain.head;
		const entries = await at.query.tranches.checkpoints.entries(this.deal);
		return entries.map(([key]) => ({ rank: key.args[1].toNumber(), who: key.args[2].toString() }));
	}

	/** Every holder claims what he may, of all his tranches in one call. */
	async claim() {
		const signers = new Map(this.parties.signers().map((pair) => [pair.address, pair]));
		const { at } = this.chain.head;
		const claims = new Map();
		const look = async ({ rank, who }) => {
			const due = await at.call.tranchesApi.claimable(this.deal, rank, who);
			const { interest, principal, compensation, refund } = due;
			const nothing = [interest, principal, compensation, refund].every((part) => part.isZero());
			// In a closed deal a claim of nothing burns the notes.
			if (!nothing || this.closed) claims.set(who, [...(claims.get(who) ?? []), rank]);
		};
		await Promise.all((await this.#holders()).map(look));
		let [interest, principal] = [0n, 0n];
		const acts = [...claims].map(async ([who, ranks]) => {
			const { claim, claimMany } = this.api.tx.tranches;
			const call = ranks.length === 1
				? claim(this.deal, ranks[0], who)
				: claimMany(ranks.map((rank) => [this.deal, rank]), who);
			const sent = await this.chain.send(call, signers.get(who));
			for (const { section, method, data } of sent.events) {
				if (section !== "tranches" || method !== "Claimed") continue;
				interest += data.interest.toBigInt();
				principal += data.principal.toBigInt();
				if (who === this.buyer && data.rank.toNumber() === this.plan.offer.rank) this.#bought(data);
			}
		});
		await Promise.all(acts);
		const many = [...claims.values()].filter((ranks) => ranks.length > 1).length;
		this.say(
			`${claims.size} holders claim (${many} of them several tranches at once): ` +
				`interest ${this.usd(interest)}, principal ${this.usd(principal)}`,
		);
	}

	/** Who bought notes between two dates has the coupon of the next. */
	#bought({ interest }) {
		if (interest.isZero()) throw new Error("notes were bought, and no coupon came with them");
		const who = this.parties.name(this.buyer);
		this.say(`${who}, who bought ${deal.TRANCHES[this.plan.offer.rank]} notes, has their coupon: ${this.usd(interest.toBigInt())}`);
		this.buyer = undefined;
	}

	/** Whoever is owed a fee has it paid out. Anybody may send the call: here the trustee does. */
	async claimFees() {
		const { feesPayable } = (await this.chain.head.at.query.tranches.ledgers(this.deal)).unwrap();
		const acts = [...feesPayable.entries()].map(async ([fee, payable]) => {
			if (payable.isZero()) return;
			const call = this.api.tx.tranches.claimFee(this.deal, fee);
			const sent = await this.chain.send(call, this.parties.trustee);
			const { who, amount } = Chain.event(sent.events, "tranches", "FeeClaimed");
			this.say(`${this.parties.name(who)} is paid the ${deal.FEES[fee]} fee, ${this.usd(amount.toBigInt())}`);
		});
		await Promise.all(acts);
	}

	notes(amount, rank) {
		return `${brief(amount, this.usdx.decimals, 6)} ${deal.TRANCHES[rank]} notes`;
	}

	/** Notes against cash in one act: an offer, of which a part is taken, and then the rest. */
	async #trade() {
		const { from, to, rank, amount, price, least, slots, takes } = this.plan.offer;
		const [seller, buyer] = [this.parties.investors[from], this.parties.investors[to]];
		const value = (text) => units(text, this.usdx.decimals);
		const { tranches } = this.api.tx;
		const expiry = this.chain.head.now + slots * deal.SLOT;
		const offer = tranches.offer(
			this.deal, rank, value(amount), deal.ratio(price), value(least), expiry, null, "Lapse",
		);
		const sent = await this.chain.send(offer, seller);
		const { offer: id } = Chain.event(sent.events, "tranches", "Offered");
		this.say(
			`${this.parties.name(seller.address)} offers ${this.notes(value(amount), rank)} at ${price} of what is ` +
				`owed on them, in parts of at least ${this.notes(value(least), rank)}`,
		);
		for (const part of takes) await this.#take(id, buyer, value(part));
		if ((await this.api.query.tranches.offers(id)).isSome) throw new Error("something of the offer is left");
		this.buyer = buyer.address;
	}

	async #take(id, buyer, amount) {
		const { rank, price } = this.plan.offer;
		const { classes } = this.audit.state;
		// ⌈notes · balance/units · price⌉
		const whole = this.units[rank] * 10n ** 18n;
		const cost = (amount * classes[rank].balance * deal.ratio(price) + whole - 1n) / whole;
		const call = this.api.tx.tranches.takeOffer(id, amount, cost);
		const sent = await this.chain.send(call, buyer);
		const { cash } = Chain.event(sent.events, "tranches", "OfferTaken");
		if (cash.toBigInt() !== cost) throw new Error(`${cash} was paid for notes worth ${cost}`);
		this.say(
			`${this.parties.name(buyer.address)} takes ${this.notes(amount, rank)} against ${this.usd(cost)}, ` +
				"delivery versus payment",
		);
	}

	/** An investor lets another move some of his notes, who passes them on. */
	async #passOn() {
		const { from, by, to, rank, amount } = this.plan.allowance;
		const [owner, broker, receiver] = [from, by, to].map((at) => this.parties.investors[at]);
		const value = units(amount, this.usdx.decimals);
		const { approve, transferFrom } = this.api.tx.tranches;
		await this.chain.send(approve(this.deal, rank, broker.address, value), owner);
		const call = transferFrom(this.deal, rank, owner.address, receiver.address, value);
		await this.chain.send(call, broker);
		this.say(
			`${this.parties.name(owner.address)} approves ${this.notes(value, rank)}, which ` +
				`${this.parties.name(broker.address)} passes on to ${this.parties.name(receiver.address)}`,
		);
	}

	/** A unit moves that no product knows of: the reconciliation must notice. */
	async sabotage() {
		const [from, to] = [this.parties.borrowers[1], this.parties.stranger];
		await this.chain.send(this.api.tx.assets.transfer(this.usdx.id, to.address, 1), from);
		this.say("sabotage: one unit of USDX leaves by a way that the books do not know");
	}

	/** What the chain left to a borrower whose vault it liquidated, if it is there: told, and taken off the books. */
	async settle(at) {
		if (!this.#vaults.has(at)) return;
		const { vault, borrower, decimals, book } = this.#vaults.get(at);
		const state = (await this.api.call.vaultsApi.vault(vault)).unwrap();
		const left = state.collateral.toBigInt();
		const name = this.parties.name(borrower.address);
		this.say(
			`${name} has ${brief(left, decimals)} ${deal.BOOKS[book].collateral} left and owes ` +
				this.usd(state.debt.toBigInt()),
		);
		if (!state.debt.isZero()) throw new Error(`${name} was not closed out`);
		await this.#leaves(at);
	}

	/** The deal has closed: what is left goes to its owner, and the deal goes. */
	async remove() {
		heading("The end");
		await this.claimFees();
		const { originator } = this.parties;
		const sent = await this.chain.send(this.api.tx.tranches.remove(this.deal), originator);
		const { swept } = fields(Chain.event(sent.events, "tranches", "Removed"));
		const { bond } = this.paidIn;
		this.say(
			`the deal is removed; the bond of ${this.usd(bond)} and ${swept - bond} units of USDX (its ` +
				"float and rounding) go to the originator",
		);
		for (const rank of deal.TRANCHES.keys()) {
			const left = await this.api.query.notes.asset(noteId(this.deal, rank));
			if (left.isSome) throw new Error(`notes of rank ${rank} are left`);
		}
	}
}

/** What is said of events of the deal. */
const TOLD = {
	Amortising: () => "the deal amortises from now on: principal redeems notes",
	Revolving: () => "the deal revolves again: principal is lent",
	Triggered: (job, { trigger }) => {
		job.tripped.add(Number(trigger));
		return `TRIGGERED: ${deal.TRIGGERS[trigger]}`;
	},
	Cured: (job, { trigger }) => {
		job.cured.add(Number(trigger));
		return `CURED: ${deal.TRIGGERS[trigger]} no longer`;
	},
	DealClosed: (job, { unpaid }) => {
		job.closed = true;
		return `the deal is closed; interest unpaid: ${unpaid}`;
	},
};
