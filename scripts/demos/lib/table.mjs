// Plain text tables. A cell that reads as a number is set to the right.

const NUMERIC = /^-?[\d,]+(\.\d+)?( ?[%×])?$/;

/** The lines of a table: `heads` and rows of strings of the same length. */
export function table(heads, rows) {
	for (const row of rows) {
		if (row.length !== heads.length) throw new Error(`${row.length} cells, ${heads.length} heads`);
	}
	const cells = rows.map((row) => row.map(String));
	const widths = heads.map((head, at) =>
		Math.max(head.length, ...cells.map((row) => [...row[at]].length)),
	);
	const right = heads.map(
		(_, at) => cells.some((row) => NUMERIC.test(row[at])) &&
			cells.every((row) => row[at] === "" || row[at] === "-" || NUMERIC.test(row[at])),
	);
	const pad = (text, at) => {
		const gap = " ".repeat(widths[at] - [...text].length);
		return right[at] ? gap + text : text + gap;
	};
	const line = (row) => row.map(pad).join("  ").trimEnd();
	return [line(heads), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)];
}

/** Prints a table, under a title if there is one. */
export function print(title, heads, rows) {
	console.log(title ? `\n${title}` : "");
	for (const line of table(heads, rows)) console.log(`  ${line}`);
}

/** The heading of a part of the job. */
export function heading(text) {
	console.log(`\n━━ ${text} ${"━".repeat(Math.max(0, 92 - text.length))}`);
}
