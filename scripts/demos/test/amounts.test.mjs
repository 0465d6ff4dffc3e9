import assert from "node:assert/strict";
import { test } from "node:test";
import { brief, share, shown, sum, units } from "../lib/amounts.mjs";

test("units are exact and never rounded", () => {
	assert.equal(units("1.5", 6), 1_500_000n);
	assert.equal(units("1_000", 0), 1000n);
	assert.equal(units("340282366920938463463374607431768211455", 0), 2n ** 128n - 1n);
	assert.equal(units("0.000001", 6), 1n);
	assert.throws(() => units("0.0000001", 6), /more than 6 decimals/);
	for (const bad of ["", "-1", "1e6", ".5", "1.", "0x10", "NaN"]) {
		assert.throws(() => units(bad, 6), /not a plain decimal/, bad);
	}
});

test("amounts are shown with all digits", () => {
	assert.equal(shown(1_234_567_000_001n, 6), "1,234,567.000001");
	assert.equal(shown(1n, 12), "0.000000000001");
	assert.equal(shown(-1n, 2), "-0.01");
	assert.equal(shown(0n, 0), "0");
	assert.equal(shown(999n, 0), "999");
	assert.equal(shown(1000n, 0), "1,000");
});

test("brief amounts are cut, not rounded", () => {
	assert.equal(brief(1_999_999n, 6), "1.99");
	assert.equal(brief(1_999_999n, 6, 0), "1");
	assert.equal(brief(12n, 1), "1.2");
});

test("shares are floored and never of nothing", () => {
	assert.equal(share(10n, 1n, 3n), 3n);
	assert.throws(() => share(1n, 1n, 0n));
	assert.equal(sum([1n, 2n, 3n]), 6n);
	assert.equal(sum([]), 0n);
});
