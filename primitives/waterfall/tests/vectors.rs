//! The replay against results that others computed, row by row.
//!
//! The deals of an independent engine are not part of the repository: where `shared/vectors` lies next
//! to it, every row of both must be equal, and otherwise that test says that it compared nothing. The
//! deals of `examples/deals` are always run, against the rows checked in with them.

#[path = "../examples/replay/replay.rs"]
mod replay;

use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
};

use replay::{
	decimal::{shown, units},
	output::{Line, Paid, HEADER},
	problem::Problem,
	Replay,
};

fn deals() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deals")
}

fn text(path: &Path) -> String {
	fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn replayed(deal: &Path, flows: &Path) -> Replay {
	replay::replay("deal", &text(deal), "flows", &text(flows))
		.unwrap_or_else(|problem| panic!("{}: {problem}", deal.display()))
}

/// Rows of a CSV by the names of its columns.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
	let mut lines = text.lines();
	let names: Vec<&str> = lines.next().unwrap().split(',').collect();
	lines
		.map(|line| {
			let cells: Vec<&str> = line.split(',').collect();
			assert_eq!(cells.len(), names.len(), "{line}");
			names.iter().zip(cells).map(|(name, cell)| (name.to_string(), cell.into())).collect()
		})
		.collect()
}

/// What differs between a row of the other engine and ours, if anything.
fn difference(row: &BTreeMap<String, String>, paid: Option<&Paid>) -> Option<String> {
	let (note, date) = (&row["note"], &row["date"]);
	let Some(paid) = paid else { return Some(format!("{note} {date}: no row")) };
	let pairs = [
		("end_balance", paid.balance),
		("interest_paid", paid.interest),
		("principal_paid", paid.principal),
		("interest_due_unpaid", paid.due),
		("int_on_int_unpaid", paid.interest_on_interest),
	];
	let wrong = pairs.iter().find(|(name, ours)| units(&row[*name], 2) != Ok(*ours));
	wrong.map(|(name, ours)| {
		format!("{note} {date} {name}: theirs {}, ours {}", row[*name], shown(*ours, 2))
	})
}

#[test]
fn the_deals_of_an_independent_engine_are_equal_in_every_row() {
	let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
	for (name, rows) in [("01", 45), ("03", 22)] {
		let flows = vectors.join(format!("absbox_china_test{name}_pool.csv"));
		let notes = vectors.join(format!("absbox_china_test{name}_notes.csv"));
		if !notes.exists() {
			println!("not compared, because it is not there: {}", notes.display());
			continue;
		}
		let replay = replayed(&deals().join(format!("absbox-china-{name}.json")), &flows);
		assert_eq!(replay.refused, None);
		let ours: BTreeMap<(String, String), &Paid> = replay
			.paid
			.iter()
			.map(|paid| ((paid.class.clone(), paid.date.to_string()), paid))
			.collect();
		let theirs = table(&text(&notes));
		let wrong: Vec<String> = theirs
			.iter()
			.filter_map(|row| {
				let key = (row["note"].clone(), row["date"].clone());
				difference(row, ours.get(&key).copied())
			})
			.collect();
		assert_eq!(wrong, Vec::<String>::new(), "test{name}");
		assert_eq!(theirs.len(), rows, "test{name}: rows that were compared");
	}
}

#[test]
fn the_deals_that_are_checked_in_pay_what_is_checked_in_with_them() {
	for name in ["auto-loans", "clo", "pass-through"] {
		let file = |end: &str| deals().join(format!("{name}{end}"));
		let replay = replayed(&file(".json"), &file(".csv"));
		let mut printed = vec![HEADER.to_string()];
		printed.extend(replay.paid.iter().map(|paid| Line(paid, replay.decimals).to_string()));
		let expected = text(&file(".paid.csv"));
		for (ours, expected) in printed.iter().zip(expected.lines()) {
			assert_eq!(ours, expected, "{name}");
		}
		assert_eq!(printed.len(), expected.lines().count(), "{name}");
	}
}

#[test]
fn a_deal_for_the_chain_is_told_from_one_for_replays() {
	for (name, refused) in [("auto-loans", false), ("clo", false), ("pass-through", true)] {
		let file = |end: &str| deals().join(format!("{name}{end}"));
		let replay = replayed(&file(".json"), &file(".csv"));
		assert_eq!(replay.refused.is_some(), refused, "{name}: {:?}", replay.refused);
	}
}

#[test]
fn the_chain_takes_sweeps_of_income_after_all_interest_only() {
	let deal = text(&deals().join("auto-loans.json"));
	let flows = text(&deals().join("auto-loans.csv"));
	let refused = |before: &str, sweep: &str| {
		let swept = deal.replacen(before, &format!("{{ \"sweep\": \"{sweep}\" }},\n{before}"), 1);
		assert_ne!(swept, deal);
		replay::replay("deal", &swept, "flows", &flows).unwrap().refused.unwrap_or_default()
	};
	let (early, late) = ("{ \"credit_pdl\": \"A\" }", "{ \"top_up_reserve\": {} }");
	assert_eq!(refused(late, "principal"), "");
	assert!(refused(early, "principal").starts_with("TurboTooEarly at 4"));
	assert!(refused(late, "interest").starts_with("PrincipalBecomesIncome at 8"));
}

/// A small deal that is right; tests below spoil it.
const DEAL: &str = r#"{
	"decimals": 2,
	"dates": { "closing": "2026-01-31", "payments": { "first": "2026-02-28", "every_months": 1, "day": 31 } },
	"accounts": "one",
	"classes": [{ "name": "A", "balance": 100, "rate": "0.365" }, { "name": "E", "balance": 10.50 }],
	"residual": "E",
	"waterfall": [
		{ "pay_interest": { "classes": ["A"] } },
		{ "pay_principal": { "classes": ["A", "E"] } },
		{ "pay_residual": {} }
	]
}"#;
const FLOWS: &str = "date,interest,principal\n2026-02-28,2.80,50\n2026-04-30,3,60.5\n";

/// One more class.
const MORE: &str = "{ \"name\": \"M\", \"balance\": 1 },";

fn small(deal: &str, flows: &str) -> Result<Vec<String>, Problem> {
	let replay = replay::replay("D.json", deal, "F.csv", flows)?;
	Ok(replay.paid.iter().map(|paid| Line(paid, replay.decimals).to_string()).collect())
}

#[test]
fn a_small_deal_by_hand() {
	// 28 days at 0.1 % a day on 100 are 2.80; 31 days on 50 are 1.55, unpaid; 30 more are 1.50, and
	// 0.04 on the unpaid 1.55 (0.0465 floored). Of 63.50 then 3.09 is interest, 50 and 10.41
	// principal.
	let expected = [
		"2026-02-28,A,50,2.8,50,0,0",
		"2026-02-28,E,10.5,0,0,0,0",
		"2026-03-31,A,50,0,0,1.55,0",
		"2026-03-31,E,10.5,0,0,0,0",
		"2026-04-30,A,0,3.09,50,0,0",
		"2026-04-30,E,0.09,0,10.41,0,0",
	];
	assert_eq!(small(DEAL, FLOWS), Ok(expected.map(String::from).to_vec()));
}

/// One tranche and nothing else, in one account and in two.
#[test]
fn a_deal_of_one_class_without_residual() {
	let one = DEAL
		.replacen(", { \"name\": \"E\", \"balance\": 10.50 }", "", 1)
		.replacen("\"residual\": \"E\",", "", 1)
		.replacen(", \"E\"] } },", "] } }", 1)
		.replacen("{ \"pay_residual\": {} }", "", 1);
	let expected =
		["2026-02-28,A,50,2.8,50,0,0", "2026-03-31,A,50,0,0,1.55,0", "2026-04-30,A,0,3.09,50,0,0"];
	assert_eq!(small(&one, FLOWS), Ok(expected.map(String::from).to_vec()));
	// In two accounts interest has 3 only: the interest on interest of 0.04 first.
	let two = one.replacen("\"one\"", "\"separate\"", 1);
	assert_eq!(small(&two, FLOWS).unwrap()[2], "2026-04-30,A,0,3,50,0.09,0");
	let refused = replay::replay("D.json", &one, "F.csv", FLOWS).unwrap().refused.unwrap();
	assert!(refused.starts_with("it names no `residual`"), "{refused}");
}

#[test]
fn byte_order_marks_and_line_ends_of_other_systems() {
	let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
	assert_eq!(small(&crlf(DEAL), &crlf(FLOWS)), small(DEAL, FLOWS));
}

#[test]
fn funds_swept_and_fees_by_share_by_hand() {
	let deal = r#"{
		"decimals": 0,
		"dates": { "closing": "2026-01-01", "payments": { "on": ["2026-02-10", "2026-03-22"] } },
		"accounts": "separate",
		"pool": { "original": 36500 },
		"collections": { "columns": { "recovery": "principal", "loss": "nothing" } },
		"classes": [
			{ "name": "S", "balance": 2000, "rate": "0.0365", "schedule": [["2026-02-10", 1500]] },
			{ "name": "P", "balance": 3000 },
			{ "name": "Q", "balance": 1001 }
		],
		"fees": [{ "name": "tax", "of_interest": "0.1" }, { "name": "servicer", "of_pool": "0.01" }],
		"waterfall": [
			{ "pay_fee": { "fee": "tax" } },
			{ "pay_fee": { "fee": "servicer", "share": "0.5" } },
			{ "pay_interest": { "classes": ["S"] } },
			{ "pay_fee": { "fee": "servicer" } },
			{ "sweep": "principal" },
			{ "pay_principal": { "classes": ["S"], "share": "schedule" } },
			{ "pay_principal": { "classes": ["P", "Q"], "share": "pro_rata" } }
		]
	}"#;
	let flows = "date,interest,principal,recovery,loss,end_balance\n\
		2026-02-10,139,600,5,7,36500\n2026-03-22,27,0,0,0,0\n";
	// 40 days. Tax 13; the servicer 40, half of it before interest of 8; 78 are left for principal:
	// 683, of which 500 by schedule and 183 by 3000 : 1001, 137.2 : 45.8, the odd unit to P. Then tax 2
	// and 20 of 40 to the servicer leave 5 of 6 for interest.
	let expected = [
		"2026-02-10,S,1500,8,500,0,0",
		"2026-02-10,P,2862,0,138,0,0",
		"2026-02-10,Q,956,0,45,0,0",
		"2026-03-22,S,1500,5,0,1,0",
		"2026-03-22,P,2862,0,0,0,0",
		"2026-03-22,Q,956,0,0,0,0",
	];
	assert_eq!(small(deal, flows), Ok(expected.map(String::from).to_vec()));
}

#[test]
fn columns_are_read_by_name_and_may_be_missing_or_superfluous() {
	let other =
		"note,Principal,DATE,interest\nx,50.00,2026-02-28,2.8\n\"a,b\",60.5,2026-04-30,3e0\n";
	assert_eq!(small(DEAL, other), small(DEAL, FLOWS));
}

#[test]
fn collections_after_the_last_date_are_told() {
	let unused = |last: &str| {
		let deal = DEAL.replacen("\"payments\"", &format!("\"last\": \"{last}\", \"payments\""), 1);
		replay::replay("deal", &deal, "flows", FLOWS).unwrap().unused.map(|date| date.to_string())
	};
	assert_eq!(unused("2026-04-29"), Some("2026-04-30".into()));
	assert_eq!(unused("2026-04-30"), None);
}

#[test]
fn collections_before_the_closing_count_unless_the_deal_says_otherwise() {
	let early = format!("{}{}", "date,interest,principal\n2026-01-15,1,0\n", &FLOWS[24..]);
	let counted = small(DEAL, &early).unwrap();
	assert_eq!(counted[0], "2026-02-28,A,49,2.8,51,0,0");
	let deal = DEAL.replacen(
		"\"accounts\"",
		"\"collections\": { \"before_closing\": \"ignore\" }, \"accounts\"",
		1,
	);
	assert_eq!(small(&deal, &early), small(DEAL, FLOWS));
}

#[test]
fn bad_input_is_told_with_its_place() {
	let deal = |from: &str, to: &str| small(&DEAL.replacen(from, to, 1), FLOWS);
	let flows = |from: &str, to: &str| small(DEAL, &FLOWS.replacen(from, to, 1));
	let cases = [
		(deal("100", "100.001"), "D.json: classes.A.balance: 100.001 has more than 2 decimals"),
		(deal("100", "-1"), "D.json: classes.A.balance: -1 is negative"),
		(deal("100", "\"x\""), "D.json: `x` is not a decimal number at line 5"),
		(deal("\"one\"", "\"three\""), "D.json: unknown variant `three`"),
		(deal("\"residual\": \"E\",", "\"x\": 1,"), "D.json: unknown field `x`"),
		(deal("2026-01-31", "2026-02-30"), "D.json: `2026-02-30` is not a date"),
		(deal("\"A\"] } },", "\"Z\"] } },"), "D.json: waterfall line 1: no class `Z`"),
		(
			deal("\"residual\": \"E\"", "\"residual\": \"A\""),
			"D.json: residual: `A` is not the last",
		),
		(deal("10.50 }", "10.50, \"rate\": \"0.1\" }"), "D.json: residual: `E` has a rate"),
		(deal("10.50 }", "10.50, \"due\": 1 }"), "D.json: residual: `E` has a rate or unpaid"),
		(
			deal("{ \"name\": \"A\", \"balance\": 100, \"rate\": \"0.365\" },", ""),
			"D.json: residual: `E` is the only class",
		),
		(
			deal("\"residual\"", "\"revolving\": { \"until\": \"2026-03-01\" }, \"residual\""),
			"D.json: revolving: needs separate accounts",
		),
		(
			deal("\"classes\": [", &format!("\"classes\": [{}", MORE.repeat(7))),
			"D.json: classes: at most 8",
		),
		(deal("2026-02-28", "2026-01-28"), "D.json: dates: the first payment date 2026-01-28"),
		(deal("\"day\": 31", "\"day\": 32"), "D.json: dates.payments: "),
		(deal("{ \"pay_residual\": {} }", "{}"), "D.json: waterfall line 3: no step"),
		(deal("\"0.365\"", "\"1e30\""), "D.json: classes.A.rate: 1e30 is too large"),
		(flows("2.80", "2.801"), "F.csv: line 2: interest: 2.801 has more than 2 decimals"),
		(flows("2.80", "-2.80"), "F.csv: line 2: interest: -2.80 is negative"),
		(
			flows("2.80", "\"1,002.80\""),
			"F.csv: line 2: interest: `1,002.80` is not a decimal number",
		),
		(flows("2.80", "2.80,"), "F.csv: line 2: 4 cells, the header has 3"),
		(flows("2026-04-30", "2026-04-31"), "F.csv: line 3: `2026-04-31` is not a date"),
		(flows("2026-04-30", "2026-01-30"), "F.csv: line 3: 2026-01-30 comes before 2026-02-28"),
		(flows("date", "day"), "F.csv: line 1: no column `date`"),
		(flows("interest,principal", "date,x"), "F.csv: line 1: two columns `date`"),
		(flows("interest,principal", "a,b"), "F.csv: line 1: no column with interest or principal"),
		(small(DEAL, ""), "F.csv: no header"),
		(small("", FLOWS), "D.json: EOF"),
	];
	for (result, expected) in cases {
		let problem = result.expect_err(expected).to_string();
		assert!(problem.starts_with(expected), "{problem}\n{expected}");
	}
}
