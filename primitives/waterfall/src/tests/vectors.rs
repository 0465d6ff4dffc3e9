//! Published deals of an independent engine.

use std::{fs, path::Path};

use super::{make::one_fund_sequential, *};

/// Days since 1970-01-01 of a date written `2022-03-26`.
fn days(date: &str) -> u64 {
	let parts: Vec<i64> = date.split('-').map(|part| part.parse().unwrap()).collect();
	let (month, day) = (parts[1], parts[2]);
	let year = if month <= 2 { parts[0] - 1 } else { parts[0] };
	let (era, of_era) = (year / 400, year % 400);
	let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) as u64
}

/// Cents, for a decimal with at most two places.
fn cents(text: &str) -> u128 {
	let (whole, part) = text.split_once('.').unwrap_or((text, ""));
	whole.parse::<u128>().unwrap() * 100 + format!("{part:0<2}").parse::<u128>().unwrap()
}

/// Replays a two-class deal with one account from its first senior row on. Returns the number of note
/// rows compared, `None` where the vectors are not there.
fn replay(name: &str) -> Option<usize> {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
	let read = |part: &str| fs::read_to_string(folder.join(format!("{name}_{part}.csv"))).ok();
	let (notes, pool) = (read("notes")?, read("pool")?);
	let rows = |text: &str| -> Vec<Vec<String>> {
		text.lines().skip(1).map(|l| l.split(',').map(String::from).collect()).collect()
	};
	let (notes, pool) = (rows(&notes), rows(&pool));
	let row = |note: &str, date: &str| notes.iter().find(|r| r[0] == note && r[1] == date);
	let first = notes.iter().find(|r| r[0] == "A1").unwrap();
	let b = row("B", &first[1]).map_or(cents("20"), |r| cents(&r[2]));
	let program = one_fund_sequential(2);
	let mut s = opened(&program, &[(cents(&first[2]), 7), (b, 0)]);
	s.classes[0].due = cents(&first[7]);
	s.accrued_to = days(&first[1]) * DAY;
	let mut last = days(&first[1]);
	let mut dates: Vec<String> = notes.iter().map(|r| r[1].clone()).collect();
	dates.sort();
	dates.dedup();
	let mut compared = 0;
	for date in dates.iter().filter(|d| days(d) > days(&first[1])) {
		let sum = |columns: &[usize]| -> u128 {
			pool.iter()
				.filter(|r| (last + 1..=days(date)).contains(&days(&r[0])))
				.map(|r| columns.iter().map(|column| cents(&r[*column])).sum::<u128>())
				.sum()
		};
		let collections = cash(days(date) * DAY, sum(&[3]), sum(&[2, 4, 6]));
		let out = run(&s, &program, &collections).unwrap();
		for (rank, note) in ["A1", "B"].iter().enumerate() {
			let Some(row) = row(note, date) else { continue };
			let class = out.state.classes[rank];
			assert_eq!(class.balance, cents(&row[2]), "{note} {date} balance");
			assert_eq!(out.payments[rank].principal, cents(&row[4]), "{note} {date} principal");
			assert_eq!(out.payments[rank].interest, cents(&row[3]), "{note} {date} interest");
			if rank == 0 {
				assert_eq!(class.due, cents(&row[7]), "{note} {date} due");
				assert_eq!(class.interest_on_interest, cents(&row[8]), "{note} {date} ioi");
			}
			compared += 1;
		}
		last = days(date);
		s = out.state;
	}
	Some(compared)
}

// From the first date on: the dates before it are taken up by a fee, which the replay example has.
#[test]
fn replays_the_published_vector_china_test01() {
	match replay("absbox_china_test01") {
		Some(rows) => assert_eq!(rows, 35),
		None => eprintln!("no vectors here: nothing replayed"),
	}
}

// The residual's income, once everything is redeemed, is in this one.
#[test]
fn replays_the_published_vector_china_test03() {
	match replay("absbox_china_test03") {
		Some(rows) => assert_eq!(rows, 15),
		None => eprintln!("no vectors here: nothing replayed"),
	}
}
