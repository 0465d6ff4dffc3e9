// Nodes that a measurement starts: what they take of the machine, and their end.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { ask, pause } = createRequire(import.meta.url)("../../zombienet/lib/rpc.js");

/** Ticks of the clock of /proc in a second: the same on every Linux that we run on. */
const TICKS = 100;
/** Nodes that still run; they end with this process. */
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

export class ChainProcess {
	/** Starts `binary` with a database in `folder`; it listens on this machine only, on ports of its own. */
	constructor(binary, folder, ports, options) {
		fs.mkdirSync(folder, { recursive: true });
		Object.assign(this, {
			folder, log: path.join(folder, "node.log"), uri: `http://127.0.0.1:${ports.rpc}`,
			ws: `ws://127.0.0.1:${ports.rpc}`, prometheusUri: `http://127.0.0.1:${ports.metrics}/metrics`,
		});
		const output = fs.openSync(this.log, "a");
		this.started = performance.now();
		this.child = spawn(binary, [
			"--base-path", path.join(folder, "data"), "--rpc-port", ports.rpc, "--prometheus-port", ports.metrics,
			"--listen-addr", `/ip4/127.0.0.1/tcp/${ports.p2p}`, "--no-mdns", "--no-telemetry", ...options,
		].map(String), { stdio: ["ignore", output, output] });
		fs.closeSync(output);
		running.add(this.child);
		this.ended = new Promise((done) => {
			this.child.once("exit", () => { running.delete(this.child); this.over = true; done(); });
			this.child.once("error", (error) => { this.over = true; done(error); });
		});
	}

	/** Waits until it answers; how long that took since it was started, seconds. */
	async answers(seconds = 120) {
		for (;;) {
			try {
				await ask(this.uri, "system_health");
				return (performance.now() - this.started) / 1000;
			} catch {
				this.#check(this.started, seconds, "does not answer");
			}
			await pause(20);
		}
	}

	/** Waits for the block of this number, for so long from now on. */
	async reaches(number, seconds) {
		const since = performance.now();
		while (await this.height() < number) {
			this.#check(since, seconds, `has no block ${number}`);
			await pause(50);
		}
	}

	#check(since, seconds, what) {
		const late = performance.now() - since > seconds * 1000;
		if (!this.over && !late) return;
		const end = fs.readFileSync(this.log, "utf8").split("\n").slice(-20).join("\n");
		throw new Error(`the node ${this.over ? "ended" : `${what} after ${seconds} s`}; its last words:\n${end}`);
	}

	async height() {
		return Number((await ask(this.uri, "chain_getHeader")).number);
	}

	/** Resident memory, MiB. */
	memory() {
		const status = fs.readFileSync(`/proc/${this.child.pid}/status`, "utf8");
		return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
	}

	/** Time of processors that it has taken, seconds. */
	processor() {
		const fields = fs.readFileSync(`/proc/${this.child.pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
		return (Number(fields[11]) + Number(fields[12])) / TICKS;
	}

	/** Where other nodes reach it. */
	async address() {
		return (await ask(this.uri, "system_localListenAddresses")).find((at) => at.includes("/127.0.0.1/"));
	}

	async stop() {
		this.child.kill("SIGTERM");
		const timer = setTimeout(() => this.child.kill("SIGKILL"), 60_000);
		await this.ended;
		clearTimeout(timer);
	}
}
