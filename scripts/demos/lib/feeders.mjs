// The feeders: processes of strata-feeder, each with a configuration, a key and a source of its own.

import { spawn } from "node:child_process";
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A text in TOML. What JSON escapes, TOML escapes alike. */
const text = (value) => JSON.stringify(String(value));

/**
 * The configuration of a feeder.
 *
 * @param endpoints nodes, of which the first that answers is asked
 * @param clock whose time it is: `system`, or `chain` where blocks are made on demand
 * @param feeds `[{ id, name, url }]`
 * @param rhythm `{ tick, heartbeat, interval, refresh, deviation }`: milliseconds, of the chain for heartbeat and
 * interval; basis points
 */
export function configuration({ endpoints, clock, uri, feeds, rhythm }) {
	const { tick, heartbeat, interval, refresh, deviation } = rhythm;
	const head = [
		"[account]",
		`uri = ${text(uri)}`,
		"",
		"[chain]",
		`endpoints = [${endpoints.map(text).join(", ")}]`,
		`clock = ${text(clock)}`,
		`tick = "${tick}ms"`,
		`refresh = "${refresh}ms"`,
		"unjail = true",
		"",
		"[metrics]",
		"enabled = false",
		"",
		"[log]",
		'format = "json"',
	];
	const of = ({ id, name, url }) => [
		"",
		"[[feed]]",
		`id = ${id}`,
		`name = ${text(name)}`,
		"maximum_spread_bps = 100",
		`deviation_bps = ${deviation}`,
		`heartbeat = "${heartbeat}ms"`,
		`minimum_interval = "${interval}ms"`,
		"half_width_bps = 5",
		// Each feed is reported when it is due itself, so that a lie about one is told as rarely as it is due.
		'join_within = "0ms"',
		"",
		"[[feed.source]]",
		'name = "page"',
		`every = "${tick}ms"`,
		'maximum_age = "30s"',
		"",
		"[feed.source.http]",
		`url = ${text(url)}`,
		'price = "$.quote.price"',
	];
	return [...head, ...feeds.flatMap(of), ""].join("\n");
}

/** What runs: none of it outlives this program, however it ends. */
const children = new Set();
process.once("exit", () => {
	for (const child of children) child.kill("SIGKILL");
});
for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 143]]) {
	process.once(signal, () => process.exit(status));
}

export class Feeder {
	#process;
	#ended;

	/** @param folder where its configuration and its log are kept */
	constructor(binary, folder, name, address) {
		Object.assign(this, { binary, name, address });
		this.file = join(folder, `${name}.toml`);
		this.log = join(folder, `${name}.log`);
	}

	get running() {
		return this.#process !== undefined && this.#ended === undefined;
	}

	/** Writes the configuration and starts the process. */
	async start(settings) {
		if (this.running) throw new Error(`${this.name} runs already`);
		writeFileSync(this.file, configuration(settings));
		const log = createWriteStream(this.log, { flags: "a" });
		await new Promise((done) => log.once("open", done));
		this.#ended = undefined;
		this.#process = spawn(this.binary, ["run", "--config", this.file], {
			stdio: ["ignore", log, log],
		});
		const child = this.#process;
		children.add(child);
		child.once("exit", (code, signal) => {
			this.#ended = signal ?? code;
			children.delete(child);
			log.close();
		});
		await new Promise((done, failed) => {
			child.once("spawn", done);
			child.once("error", failed);
		});
	}

	/** What it ended with, a status or a signal; `undefined` while it runs. */
	get ended() {
		return this.#ended;
	}

	/** Ends the process and waits until it has ended; what it ended with. */
	async end(signal = "SIGTERM", seconds = 10) {
		if (!this.running) return this.#ended;
		const child = this.#process;
		const gone = new Promise((done) => child.once("exit", done));
		child.kill(signal);
		const late = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
		await gone;
		clearTimeout(late);
		return this.#ended;
	}

	/** The last lines of its log. */
	tail(count = 20) {
		try {
			return readFileSync(this.log, "utf8").split("\n").filter(Boolean).slice(-count);
		} catch {
			return [];
		}
	}
}
