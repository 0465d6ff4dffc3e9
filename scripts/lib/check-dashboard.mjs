// check-dashboard.mjs FILE: whether a Grafana dashboard hangs together, and its questions as rules for promtool.
//
// Panels have numbers of their own, places that do not overlap, a title, a source that the reader chooses, and ask
// for variables that there are. Prints `groups: …` with one recording rule for each question.
import { readFileSync } from "node:fs";

const dashboard = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = [];
const expect = (holds, what) => holds || wrong.push(what);

expect(dashboard.schemaVersion >= 30 && dashboard.uid && dashboard.title, "no schemaVersion, uid or title");
const variables = dashboard.templating.list.map(({ name }) => name);
const isKnown = (text) => [...text.matchAll(/\$\{?(\w+)\}?/g)].every(([, name]) => variables.includes(name) || name.startsWith("__"));

const seen = new Set();
const taken = new Map();
const questions = [];
for (const { id, type, title, gridPos, datasource, targets = [] } of dashboard.panels) {
	const name = `panel ${id} (${title})`;
	expect(Number.isInteger(id) && !seen.has(id), `${name}: no number of its own`);
	seen.add(id);
	expect(title, `${name}: no title`);
	const { x, y, w, h } = gridPos ?? {};
	expect(x >= 0 && w > 0 && x + w <= 24 && h > 0, `${name}: outside of the grid`);
	for (let column = x; column < x + w; column++) {
		for (let row = y; row < y + h; row++) {
			const other = taken.get(`${column} ${row}`);
			expect(other === undefined, `${name}: over ${other}`);
			taken.set(`${column} ${row}`, name);
		}
	}
	if (type === "row") continue;
	expect(targets.length > 0, `${name}: asks nothing`);
	expect(datasource?.uid === "${source}", `${name}: a source that the reader cannot choose`);
	expect(new Set(targets.map(({ refId }) => refId)).size === targets.length, `${name}: two questions of one name`);
	for (const { expr } of targets) {
		expect(expr && isKnown(expr), `${name}: asks for a variable that there is not: ${expr}`);
		questions.push(expr);
	}
}
if (wrong.length > 0) {
	for (const what of new Set(wrong)) console.error(what);
	process.exit(1);
}
// What is asked for is any node and any deal: `$instance` and `$deal` stand in matchers, as text.
const rules = questions.map((expr, at) => ({ record: `question:${at}`, expr }));
console.log(JSON.stringify({ groups: [{ name: "dashboard", rules }] }, null, 1));
