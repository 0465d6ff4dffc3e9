use proptest::prelude::*;

use crate::{Medians, Side, Window, WINDOW_PARTS};

fn quote(value: u128) -> Medians {
	Medians { lower: value, upper: value + 1 }
}

/// The nearest of the quotes that held at some time from `from` to `now`.
fn by_walking(quotes: &[(u64, u128)], side: Side, from: u64) -> Medians {
	let first = quotes.iter().rposition(|(at, _)| *at <= from).unwrap_or(0);
	let held = quotes[first..].iter().map(|(_, value)| quote(*value));
	held.reduce(|one, other| side.nearer(one, other)).unwrap()
}

#[test]
fn windows_of_no_length_and_of_all_time_do_not_fail() {
	for length in [0, 1, 5, 6, u64::MAX] {
		for now in [0, 1, u64::MAX] {
			let window = Window::starting(quote(5), now);
			let later = window.quoted(quote(3), Side::Below, u64::MAX, length);
			assert!(
				later.nearest(Side::Below) == quote(5) || later.nearest(Side::Below) == quote(3)
			);
			// A clock that runs backwards counts as one that stands still.
			let back = later.quoted(quote(9), Side::Below, 0, length);
			assert_eq!(back.nearest(Side::Below), quote(9));
		}
	}
}

/// The quote that is replaced holds until then, and is forgotten with the window.
#[test]
fn a_quote_counts_as_long_as_it_held() {
	let window = Window::starting(quote(90), 600_000);
	// Ten windows later it still held until a moment ago.
	let later = window.quoted(quote(50), Side::Below, 6_600_000, 600_000);
	assert_eq!(later.nearest(Side::Below), quote(90));
	let on = later.quoted(quote(50), Side::Below, 7_199_999, 600_000);
	assert_eq!(on.nearest(Side::Below), quote(90));
	let gone = on.quoted(quote(50), Side::Below, 7_200_000, 600_000);
	assert_eq!(gone.nearest(Side::Below), quote(50));
}

/// Governance changes T_confirm while a window is open: it goes on, with parts of the new length.
#[test]
fn a_window_of_another_length_goes_on() {
	let minute = 60_000;
	for (before, after) in [(15, 600), (600, 15), (15, 0)] {
		let mut window = Window::starting(quote(90), 1_000_000_000_000);
		let now = |m: u64| 1_000_000_000_000 + m * minute;
		window = window.quoted(quote(50), Side::Below, now(10), before * minute);
		window = window.quoted(quote(50), Side::Below, now(20), after * minute);
		window = window.quoted(quote(50), Side::Below, now(20 + 2 * after), after * minute);
		window = window.quoted(quote(50), Side::Below, now(21 + 4 * after), after * minute);
		assert_eq!(window.nearest(Side::Below), quote(50), "{before} {after}");
	}
}

#[test]
fn each_median_is_taken_by_itself() {
	let (one, other) = (Medians { lower: 1, upper: 9 }, Medians { lower: 3, upper: 5 });
	assert_eq!(Side::Below.nearer(one, other), Medians { lower: 3, upper: 9 });
	assert_eq!(Side::Above.nearer(one, other), Medians { lower: 1, upper: 5 });
	assert_eq!(Medians { lower: 3, upper: 6 }.mid(), 4);
	assert_eq!(Medians { lower: u128::MAX - 1, upper: u128::MAX }.mid(), u128::MAX - 1);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(5_000))]

	/// Between the nearest of the last five sixths and that of the whole.
	#[test]
	fn nearest_against_all_quotes(
		start in 0..100_000u64, length in 6..1_000u64, fall in any::<bool>(),
		steps in prop::collection::vec((0..400u64, 0..1_000u128), 1..60),
	) {
		let side = if fall { Side::Below } else { Side::Above };
		let mut now = start;
		let mut window = Window::starting(quote(500), now);
		let mut quotes = vec![(now, 500)];
		for (wait, value) in steps {
			now += wait;
			window = window.quoted(quote(value), side, now, length);
			quotes.push((now, value));
			let found = window.nearest(side);
			let part = length / WINDOW_PARTS;
			let short = by_walking(&quotes, side, now.saturating_sub((WINDOW_PARTS - 1) * part));
			let long = by_walking(&quotes, side, now.saturating_sub(length));
			prop_assert_eq!(side.nearer(found, short), found);
			prop_assert_eq!(side.nearer(found, long), long);
		}
	}
}
