// The contractual waterfall a second time, from the documentation alone, in exact integers. The chain
// runs it in Rust; the main job runs it here and compares. Programs have the form of the call
// `tranches.create`, states and collections that of the chain's types.

const ONE = 10n ** 18n;
const DAY = 86_400_000n;
const MODES = ["Revolving", "Amortising", "Accelerated"];
const MODE_KEYS = ["revolving", "amortising", "accelerated"];

export const min = (a, b) => (a < b ? a : b);
export const max = (a, b) => (a > b ? a : b);
const less = (a, b) => (a > b ? a - b : 0n);
const ceilDiv = (a, b) => (a + b - 1n) / b;
const total = (list) => list.reduce((sum, n) => sum + n, 0n);
const ratio = (n) => BigInt(n);

/** Name of an enum value: `"Name"` and `{ Name: value }` are both forms of it. */
export const kind = (value) => (typeof value === "string" ? value : Object.keys(value)[0]);
/** What an enum value carries. */
export const inside = (value) => (typeof value === "string" ? undefined : Object.values(value)[0]);
const further = (a, b) => (MODES.indexOf(a) >= MODES.indexOf(b) ? a : b);
/** Ranks of a set of classes, the senior-most first. */
export const ranks = (bits) => [...Array(8).keys()].filter((rank) => (Number(bits) >> rank) & 1);

/** ⌊balance · rate · millis / year⌋. */
function interest(dayCount, balance, rate, millis) {
	const year = DAY * (dayCount === "Act360" ? 360n : 365n);
	return (balance * ratio(rate) * BigInt(millis)) / (ONE * year);
}

/** A deal at closing: what was issued by rank, nothing due. */
export function opening(program, faces, rates, { dayCount, date, reserve = 0n, original, pool }) {
	const par = total(faces);
	return {
		classes: faces.map((balance, rank) => ({
			balance, rate: ratio(rates[rank]), due: 0n, interestOnInterest: 0n, interestPaid: 0n,
			principalPaid: 0n, pdl: 0n, exchanged: 0n, writtenOff: 0n,
		})),
		fees: program.fees.map(() => ({ due: 0n, paid: 0n, charged: false })),
		triggers: program.triggers.map(() => null),
		dayCount,
		accruedTo: BigInt(date),
		reserve,
		uncovered: 0n,
		losses: 0n,
		original: original ?? par,
		pool: pool ?? par,
	};
}

const copy = (state) => ({
	...state,
	classes: state.classes.map((one) => ({ ...one })),
	fees: state.fees.map((one) => ({ ...one })),
	triggers: [...state.triggers],
});

function accrueClass(state, one, coupon, to) {
	let from = state.accruedTo;
	const part = (date) => {
		const more = (balance) => interest(state.dayCount, balance, one.rate, date - from);
		one.interestOnInterest += more(one.due);
		one.due += more(one.balance);
		from = date;
	};
	if (kind(coupon) === "Resets") {
		for (const { date, rate } of inside(coupon)) {
			if (BigInt(date) < state.accruedTo || BigInt(date) > to) continue;
			part(BigInt(date));
			one.rate = ratio(rate);
		}
	}
	part(to);
}

function accrueFee(state, { amount }, millis) {
	const of = ratio(inside(amount));
	if (kind(amount) === "Yearly") return interest(state.dayCount, of, ONE, millis);
	if (kind(amount) === "OfPool") return interest(state.dayCount, state.pool, of, millis);
	return 0n;
}

/** The state with interest, and the fees that grow with time, accrued to `date`. */
export function accrued(before, program, date) {
	const state = copy(before);
	const to = BigInt(date);
	if (to < state.accruedTo) throw new Error("a date before the last one");
	state.classes.forEach((one, rank) => accrueClass(state, one, program.classes[rank].coupon, to));
	state.fees.forEach((fee, at) => {
		fee.due += accrueFee(state, program.fees[at], to - state.accruedTo);
	});
	state.accruedTo = to;
	return state;
}

/** Losses, the most junior class first; what is beyond all balances is uncovered. */
function charge(state, loss) {
	for (const one of [...state.classes].reverse()) {
		const charged = min(one.balance - one.pdl, loss);
		one.pdl += charged;
		loss -= charged;
	}
	state.uncovered += loss;
}

/** Makes losses good, the senior-most class first; returns what nothing was charged for. */
function makeGood(state, amount) {
	for (const one of state.classes) {
		const good = min(one.pdl, amount);
		one.pdl -= good;
		amount -= good;
	}
	return amount;
}

function boundPdl(state, one) {
	const beyond = less(one.pdl, one.balance);
	one.pdl -= beyond;
	state.uncovered += beyond;
}

/** The senior-most class but the residual that is owed anything. */
const seniorOf = (state) =>
	state.classes.slice(0, -1).findIndex(
		(one) => one.balance > 0n || one.due > 0n || one.interestOnInterest > 0n,
	);

const owed = (one) => one.due + one.interestOnInterest;

/** `amount` by weight, floored; what is left a unit at a time from the front, nobody above his weight. */
export function proRata(amount, weights) {
	const sum = total(weights);
	const most = min(amount, sum);
	const shares = weights.map((weight) => (sum === 0n ? 0n : (most * weight) / sum));
	let left = most - total(shares);
	for (let at = 0; left > 0n; at = (at + 1) % shares.length) {
		if (shares[at] === weights[at]) continue;
		shares[at] += 1n;
		left -= 1n;
	}
	return shares;
}

class Run {
	constructor(before, program, collections) {
		Object.assign(this, { program, collections });
		this.one = program.funds === "One";
		this.state = accrued(before, program, collections.date);
		this.coupons = this.state.classes.map((one, rank) => one.due - before.classes[rank].due);
		this.couponLeft = [...this.coupons];
		this.#chargeFees();
		this.startBalances = this.state.classes.map(({ balance }) => balance);
		this.payments = this.state.classes.map((one) => ({
			due: owed(one), interest: 0n, principal: 0n, balance: one.balance,
		}));
		this.fees = program.fees.map(() => 0n);
		this.tests = program.tests.map(() => undefined);
		this.funds = { ...collections.funds };
		Object.assign(this, { built: 0n, released: 0n, writtenOff: 0n, writtenUp: 0n });
	}

	#chargeFees() {
		this.program.fees.forEach(({ amount }, at) => {
			const fee = this.state.fees[at];
			const once = kind(amount) === "Once";
			if (kind(amount) !== "Periodic" && !(once && !fee.charged)) return;
			fee.due += ratio(inside(amount));
			if (once) fee.charged = true;
		});
	}

	begin() {
		const { state, funds, collections } = this;
		state.losses += collections.losses;
		if (!this.one) charge(state, collections.losses);
		let recovered = collections.recoveries;
		state.classes.forEach((one) => {
			const up = min(one.writtenOff, recovered);
			one.writtenOff -= up;
			one.balance += up;
			recovered -= up;
			this.writtenUp += up;
		});
		funds.principal += this.writtenUp;
		funds.interest += recovered;
		if (collections.last) {
			funds.interest += state.reserve;
			state.reserve = 0n;
		}
		if (this.one) {
			funds.interest += funds.principal;
			funds.principal = 0n;
		}
		this.early = this.program.tests.map((test) => this.#early(test));
		this.#trip();
		this.redeemable = this.mode === "Revolving" ? collections.setAside : undefined;
		this.senior = seniorOf(state);
	}

	/** The numbers of a test before anything is paid. */
	#early({ coverage, rank }) {
		const { state, collections } = this;
		const upTo = state.classes.slice(0, rank + 1);
		if (coverage === "Principal") {
			const cash = this.one ? collections.funds.principal : this.funds.principal;
			return [collections.pool.adjusted + cash, total(upTo.map(({ balance }) => balance))];
		}
		return [this.#incomeAfterFees(), total(upTo.map(owed))];
	}

	/** What the fees before the first interest of the mode of the calendar would leave of income. */
	#incomeAfterFees() {
		let left = this.funds.interest;
		const due = this.state.fees.map((fee) => fee.due);
		for (const line of this.program.lines) {
			if (!this.#applies(line, this.collections.mode)) continue;
			if (kind(line.step) === "PayInterest") break;
			if (kind(line.step) !== "PayFee") continue;
			const { fee, cap, subordinate } = inside(line.step);
			if (subordinate && this.collections.holdResidual) continue;
			const paid = min(left, cap === null ? due[fee] : min(due[fee], ratio(cap)));
			due[fee] -= paid;
			left -= paid;
		}
		return left;
	}

	#holds(condition) {
		const { state, collections } = this;
		const what = inside(condition);
		switch (kind(condition)) {
			case "CumulativeLoss": return state.losses * ONE > ratio(what) * state.original;
			case "Delinquency": return collections.pool.delinquent * ONE > ratio(what) * collections.pool.lent;
			case "From": return BigInt(collections.date) >= BigInt(what);
			case "ServicerDefault": return collections.servicerDefault;
			case "CoverageBelow": {
				const [numerator, denominator] = this.early[what.test];
				return numerator * ONE < ratio(what.level) * denominator;
			}
			default: throw new Error(`unknown condition ${kind(condition)}`);
		}
	}

	#trip() {
		this.mode = this.collections.mode;
		this.program.triggers.forEach(({ condition, effect, curable }, at) => {
			const { triggers } = this.state;
			const holds = this.#holds(condition);
			if (triggers[at] === null && holds) triggers[at] = BigInt(this.collections.date);
			else if (!holds && curable && effect !== "Accelerate") triggers[at] = null;
			if (triggers[at] === null) return;
			if (effect === "Amortise") this.mode = further(this.mode, "Amortising");
			if (effect === "Accelerate") this.mode = "Accelerated";
		});
	}

	#applies({ modes, when }, mode) {
		if (!modes[MODE_KEYS[MODES.indexOf(mode)]]) return false;
		if (kind(when) === "Always") return true;
		const tripped = this.state.triggers[inside(when)] !== null;
		return kind(when) === "Tripped" ? tripped : !tripped;
	}

	carryOut(line) {
		if (!this.#applies(line, this.mode)) return;
		const step = inside(line.step) ?? {};
		switch (kind(line.step)) {
			case "PayFee": return this.#payFee(step);
			case "PayInterest": return this.#payInterest(step);
			case "TestCoverage": return this.#test(Number(step.test));
			case "CreditPdl": return this.#credit(this.state.classes[step.rank]);
			case "TopUpReserve": return this.#topUp();
			case "ReleaseReserve": return this.#release();
			case "PayPrincipal": return this.#payPrincipal(step);
			case "Turbo": return this.#turbo(step);
			case "Sweep": return this.#sweep(step.to);
			case "PayResidual": return this.#payResidual(Number(step.rank));
			default: throw new Error(`unknown step ${kind(line.step)}`);
		}
	}

	#payFee({ fee: at, cap, support, subordinate }) {
		if (subordinate && this.collections.holdResidual) return;
		const fee = this.state.fees[at];
		let left = cap === null ? fee.due : min(fee.due, ratio(cap));
		const pay = (available) => {
			const paid = min(left, available);
			left -= paid;
			fee.due -= paid;
			fee.paid += paid;
			this.fees[at] += paid;
			return paid;
		};
		this.funds.interest -= pay(this.funds.interest);
		if (support.reserve) this.state.reserve -= pay(this.state.reserve);
		if (!support.principal || this.one) return;
		const lent = pay(this.funds.principal);
		this.funds.principal -= lent;
		charge(this.state, lent);
	}

	/** What a class is owed of a part: interest on interest, and due. */
	#needs(rank, part) {
		const one = this.state.classes[rank];
		const current = min(one.due, this.couponLeft[rank]);
		switch (part) {
			case "All": return [one.interestOnInterest, one.due];
			case "Current": return [0n, current];
			case "Deferred": return [one.interestOnInterest, one.due - current];
			case "OnInterest": return [one.interestOnInterest, 0n];
			default: throw new Error(`unknown part ${part}`);
		}
	}

	#payInterestFrom(set, part, available) {
		const needs = set.map((rank) => this.#needs(rank, part));
		const shares = proRata(available, needs.map(([on, due]) => on + due));
		set.forEach((rank, at) => {
			const one = this.state.classes[rank];
			const on = min(shares[at], needs[at][0]);
			one.interestOnInterest -= on;
			one.due -= shares[at] - on;
			if (part === "Current") this.couponLeft[rank] -= shares[at];
			one.interestPaid += shares[at];
			this.payments[rank].interest += shares[at];
		});
		return total(shares);
	}

	#payInterest({ classes, part, support }) {
		this.#freeze();
		const set = ranks(classes);
		this.funds.interest -= this.#payInterestFrom(set, part, this.funds.interest);
		if (!set.includes(this.senior)) return;
		if (support.reserve) this.state.reserve -= this.#payInterestFrom(set, part, this.state.reserve);
		if (!support.principal || this.one) return;
		const lent = this.#payInterestFrom(set, part, this.funds.principal);
		this.funds.principal -= lent;
		charge(this.state, lent);
	}

	/** Interest coverage is measured once, before the first interest is paid. */
	#freeze() {
		this.frozen ??= { income: this.funds.interest, owed: this.state.classes.map(owed) };
	}

	/** Redeems up to `amount`, the senior-most first. Returns what it took. */
	redeem(amount, set = [...this.state.classes.keys()]) {
		let left = amount;
		for (const rank of set) {
			const paid = min(left, this.state.classes[rank].balance);
			this.#book(rank, paid);
			left -= paid;
		}
		return amount - left;
	}

	#book(rank, paid) {
		const one = this.state.classes[rank];
		one.balance -= paid;
		one.principalPaid += paid;
		this.payments[rank].principal += paid;
	}

	/** Nobody is charged more than he is owed. */
	#bound() {
		for (const one of this.state.classes) boundPdl(this.state, one);
	}

	/** Income redeems: deficiencies are made good by as much, and what is beyond them is built. */
	#divert(amount, set) {
		const paid = this.redeem(min(amount, this.funds.interest), set);
		this.funds.interest -= paid;
		this.built += makeGood(this.state, paid);
		this.#bound();
		return paid;
	}

	#use(amount) {
		const paid = this.redeem(min(amount, this.funds.principal));
		this.funds.principal -= paid;
		this.#bound();
		return paid;
	}

	#test(at) {
		const { coverage, rank, threshold } = this.program.tests[at];
		const measured = coverage === "Principal"
			? this.#testPrincipal(Number(rank), ratio(threshold))
			: this.#testInterest(Number(rank), ratio(threshold));
		this.tests[at] ??= { numerator: measured.numerator, denominator: measured.denominator, passed: measured.passed, diverted: 0n, principal: 0n };
		this.tests[at].diverted += measured.diverted;
		this.tests[at].principal += measured.principal;
	}

	#testPrincipal(rank, threshold) {
		const measure = () => {
			const balances = this.state.classes.slice(0, rank + 1).map(({ balance }) => balance);
			return [this.collections.pool.adjusted + this.funds.principal, total(balances)];
		};
		const [numerator, denominator] = measure();
		const found = { numerator, denominator, passed: numerator * ONE >= threshold * denominator };
		if (found.passed) return { ...found, diverted: 0n, principal: 0n };
		const diverted = this.#divert(denominator - (numerator * ONE) / threshold);
		const [n, d] = measure();
		const missing = threshold * d - n * ONE;
		const principal = missing > 0n ? this.#use(ceilDiv(missing, threshold - ONE)) : 0n;
		return { ...found, diverted, principal };
	}

	/** The coupon of a class as if it had been paid on what it is owed now, all period long. */
	#proForma(rank, balance) {
		const [coupon, start] = [this.coupons[rank], this.startBalances[rank]];
		return coupon === 0n || start === 0n ? undefined : ceilDiv(coupon * balance, start);
	}

	#testInterest(rank, threshold) {
		this.#freeze();
		const { income: numerator, owed: due } = this.frozen;
		const measure = () =>
			total(due.slice(0, rank + 1).map((one, at) => {
				const coupon = this.#proForma(at, this.state.classes[at].balance);
				return coupon === undefined ? one : one - this.coupons[at] + coupon;
			}));
		const denominator = measure();
		const found = { numerator, denominator, passed: numerator * ONE >= threshold * denominator };
		if (found.passed) return { ...found, diverted: 0n, principal: 0n };
		const cure = this.#interestCure(rank, denominator - (numerator * ONE) / threshold);
		const diverted = this.#divert(cure);
		const principal = this.#use(cure - diverted);
		return { ...found, diverted, principal };
	}

	/** The least redemption by which pro-forma coupons fall by `reduction`; all if they cannot. */
	#interestCure(rank, reduction) {
		let cure = 0n;
		for (let at = 0; at <= rank && reduction > 0n; at++) {
			const { balance } = this.state.classes[at];
			const coupon = this.#proForma(at, balance) ?? 0n;
			if (coupon <= reduction) {
				cure += balance;
				reduction -= coupon;
				continue;
			}
			const kept = ((coupon - reduction) * this.startBalances[at]) / this.coupons[at];
			cure += balance - kept;
			reduction = 0n;
		}
		return cure;
	}

	#credit(one) {
		const good = min(one.pdl, this.funds.interest);
		one.pdl -= good;
		this.funds.interest -= good;
		this.funds.principal += good;
	}

	#target() {
		const { least, ofBalances } = this.program.reserve;
		const balances = total(this.state.classes.slice(0, -1).map(({ balance }) => balance));
		return max(ratio(least), ceilDiv(balances * ratio(ofBalances), ONE));
	}

	#topUp() {
		if (this.collections.last) return;
		const more = min(less(this.#target(), this.state.reserve), this.funds.interest);
		this.state.reserve += more;
		this.funds.interest -= more;
	}

	#release() {
		const above = less(this.state.reserve, this.#target());
		this.state.reserve -= above;
		this.funds.interest += above;
	}

	/**
	 * The classes of a set that may be paid principal: no locked ones, unless all are, or the deal is
	 * accelerated or ends; and while one is left out, not the residual either.
	 */
	#unlocked(classes) {
		const { state, program, collections } = this;
		const residual = state.classes.length - 1;
		const locked = (rank) => BigInt(collections.date) < BigInt(program.classes[rank].lockedUntil);
		const owing = [...state.classes.keys()].filter((rank) => state.classes[rank].balance > 0n);
		const open = owing.filter((rank) => !locked(rank));
		const set = ranks(classes).filter((rank) => rank <= residual);
		const over = this.mode === "Accelerated" || collections.last;
		if (over || !open.some((rank) => rank < residual)) return set;
		const shut = owing.some((rank) => rank < residual && locked(rank));
		return set.filter((rank) => open.includes(rank) && !(shut && rank === residual));
	}

	#scheduled(rank) {
		const { schedule } = this.program.classes[rank];
		if (schedule.length === 0) return 0n;
		const past = schedule.filter(({ date }) => BigInt(date) <= BigInt(this.collections.date));
		return past.length === 0 ? this.state.classes[rank].balance : ratio(past.at(-1).balance);
	}

	#payPrincipal({ classes, share }) {
		const set = this.#unlocked(classes);
		const fund = this.one ? "interest" : "principal";
		const cash = this.redeemable === undefined ? this.funds[fund] : min(this.funds[fund], this.redeemable);
		let shares = this.#shares(set, share, cash);
		if (this.collections.holdResidual && this.#passesNotes(set, shares)) {
			const residual = this.state.classes.length - 1;
			shares = this.#shares(set.filter((rank) => rank < residual), share, cash);
		}
		// The residual, if it is left out, was the last of them.
		shares.forEach((paid, at) => this.#book(set[at], paid));
		const paid = total(shares);
		this.funds[fund] -= paid;
		if (this.redeemable !== undefined) this.redeemable -= paid;
		this.#bound();
	}

	/** What each class of a set takes of cash. */
	#shares(set, share, cash) {
		const balances = set.map((rank) => this.state.classes[rank].balance);
		if (share === "ProRata" && this.#mayShare()) return proRata(cash, balances);
		let left = cash;
		return set.map((rank, at) => {
			const kept = share === "Schedule" ? this.#scheduled(rank) : 0n;
			const paid = min(left, less(balances[at], kept));
			left -= paid;
			return paid;
		});
	}

	/** Whether these shares pay the residual although another class stays owed principal. */
	#passesNotes(set, shares) {
		const residual = this.state.classes.length - 1;
		const share = (rank) => shares[set.indexOf(rank)] ?? 0n;
		const stays = ({ balance }, rank) => rank < residual && balance > share(rank);
		return share(residual) > 0n && this.state.classes.some(stays);
	}

	/** Principal is shared only while no class has a deficiency and no trigger forbids it. */
	#mayShare() {
		const whole = this.state.classes.every(({ pdl }) => pdl === 0n);
		const sequential = this.program.triggers.some(
			({ effect }, at) => effect === "Sequential" && this.state.triggers[at] !== null,
		);
		return whole && !sequential;
	}

	#turbo({ classes }) {
		this.#divert(this.funds.interest, this.#unlocked(classes));
	}

	/** All that is left of one fund becomes the other; income so makes losses good. */
	#sweep(to) {
		if (this.one) return;
		const from = to === "Principal" ? "interest" : "principal";
		const moved = this.funds[from];
		this.funds[from] = 0n;
		this.funds[to.toLowerCase()] += moved;
		if (to === "Principal") this.built += makeGood(this.state, moved);
		else this.released += moved;
	}

	/** Nothing remains to be redeemed: reserve and principal pay interest and fees that are owed. */
	#payUnpaid() {
		const draw = (pay) => {
			this.state.reserve -= pay(this.state.reserve);
			const paid = pay(this.funds.principal);
			this.funds.principal -= paid;
			this.released += paid;
		};
		for (const rank of this.state.classes.keys()) {
			draw((cash) => this.#payInterestFrom([rank], "All", cash));
		}
		for (const [at, fee] of this.state.fees.entries()) {
			draw((cash) => {
				const paid = min(fee.due, cash);
				fee.due -= paid;
				fee.paid += paid;
				this.fees[at] += paid;
				return paid;
			});
		}
	}

	#payResidual(rank) {
		const { state, funds, collections } = this;
		const redeemed = state.classes.every(({ balance }) => balance === 0n);
		const end = this.one ? redeemed : redeemed && this.mode !== "Revolving";
		if (end && !this.one) this.#payUnpaid();
		const sold = this.one ? state.classes.filter((_, at) => at !== rank) : state.classes;
		const whole = sold.every((one) => owed(one) === 0n && (this.one || one.pdl === 0n));
		// With one fund what is to be lent again cannot be told from income.
		const lentAgain = this.one && this.mode === "Revolving";
		if (!whole || lentAgain || collections.holdResidual) return;
		const pay = (amount) => {
			state.classes[rank].interestPaid += amount;
			this.payments[rank].interest += amount;
		};
		pay(funds.interest);
		funds.interest = 0n;
		if (!end) return;
		pay(state.reserve);
		state.reserve = 0n;
		pay(funds.principal);
		this.released += funds.principal;
		funds.principal = 0n;
	}

	end() {
		const { state, collections, program } = this;
		program.classes.forEach(({ coupon }, rank) => {
			if (kind(coupon) !== "Floating" || collections.index === null) return;
			const { margin, floor, cap } = inside(coupon);
			const wanted = ratio(collections.index) + ratio(margin);
			state.classes[rank].rate = min(max(wanted, ratio(floor)), ratio(cap));
		});
		if (collections.last) {
			for (const one of state.classes) {
				this.writtenOff += one.balance;
				one.writtenOff += one.balance;
				one.balance = 0n;
				one.pdl = 0n;
			}
			state.uncovered = 0n;
		}
		program.fees.forEach(({ carried }, at) => {
			if (!carried) state.fees[at].due = 0n;
		});
		state.pool = collections.pool.lent;
		state.classes.forEach(({ balance }, rank) => {
			this.payments[rank].balance = balance;
		});
	}

	/** Tests without a step in this mode are found as they were before anything was paid. */
	results() {
		return this.tests.map((test, at) => {
			if (test !== undefined) return test;
			const [numerator, denominator] = this.early[at];
			const passed = numerator * ONE >= ratio(this.program.tests[at].threshold) * denominator;
			return { numerator, denominator, passed, diverted: 0n, principal: 0n };
		});
	}
}

/**
 * One payment date.
 *
 * @returns what the chain's engine returns: `{ state, payments, fees, tests, mode, left, built,
 * released, writtenOff, writtenUp }`
 */
export function run(before, program, collections) {
	const run = new Run(before, program, collections);
	run.begin();
	for (const line of program.lines) run.carryOut(line);
	run.end();
	const { state, payments, fees, mode, built, released, writtenOff, writtenUp } = run;
	const tests = run.results();
	return { state, payments, fees, tests, mode, left: run.funds, built, released, writtenOff, writtenUp };
}
