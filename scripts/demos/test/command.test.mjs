import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { argument, described, looked, parsed } from "../lib/command.mjs";

test("a command line says where, as whom and what", () => {
	const ws = "ws://127.0.0.1:9944";
	assert.deepEqual(parsed(["--key", "k", "validatorSet.bond", "5"]), {
		ws, key: "k", how: "send", what: "validatorSet.bond", given: ["5"],
	});
	assert.deepEqual(parsed(["--ws", "x", "--ask", "a.b", "c", "d"]), {
		ws: "x", how: "ask", what: "a.b", given: ["c", "d"],
	});
	assert.deepEqual(parsed(["--get", "a.b"]), { ws, how: "get", what: "a.b", given: [] });
	assert.deepEqual(parsed(["--key", "k", "--account"]), { ws, key: "k", how: "account", given: [] });
});

test("what is missing or unknown is said", () => {
	assert.throws(() => parsed([]), /usage/);
	assert.throws(() => parsed(["--key", "k"]), /usage/);
	assert.throws(() => parsed(["a.b"]), /--key is missing/);
	assert.throws(() => parsed(["--account"]), /--key is missing/);
	assert.throws(() => parsed(["--ask"]), /--ask needs a value/);
	assert.throws(() => parsed(["--what", "a.b"]), /unknown argument --what/);
});

test("arguments are JSON where they look like it, and numbers stay exact", () => {
	assert.equal(argument("340282366920938463463374607431768211455"), "340282366920938463463374607431768211455");
	assert.equal(argument("0x00ff"), "0x00ff");
	assert.deepEqual(argument('{"seats":4,"bond":"1"}'), { seats: 4, bond: "1" });
	assert.deepEqual(argument("[1]"), [1]);
	assert.equal(argument("null"), null);
	const file = join(mkdtempSync(join(tmpdir(), "strata-argument.")), "code");
	try {
		writeFileSync(file, Buffer.from([0, 0x61, 0xff]));
		assert.equal(argument(`@${file}`), "0x0061ff");
	} finally {
		rmSync(dirname(file), { recursive: true });
	}
	assert.throws(() => argument("@"), /ENOENT/);
	assert.equal(argument("true"), true);
	assert.equal(argument("nullable"), "nullable");
	assert.throws(() => argument("{bond"), SyntaxError);
});

test("what the chain does not have is said", () => {
	const offered = { validatorSet: { bond: "it" } };
	assert.equal(looked(offered, "validatorSet.bond"), "it");
	for (const name of ["validatorSet.bonds", "staking.bond", "validatorSet", "validatorSet.bond.x"]) {
		assert.throws(() => looked(offered, name), new RegExp(`the chain has no ${name}`));
	}
});

test("integers of any size are shown in full", () => {
	assert.equal(described({ bond: 2n ** 127n, who: ["x"] }), `{"bond":"${2n ** 127n}","who":["x"]}`);
	assert.equal(described(null), "null");
});
