//! Commitments, quorum, ruling, coherence.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::*;

fn hex(hash: [u8; 32]) -> String {
	hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a vote is made of: dispute, round, juror, award, evidence, salt.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Vote(u32, u8, Vec<u8>, u16, [u8; 32], [u8; 32]);

fn sealed(vote: &Vote) -> [u8; 32] {
	let Vote(dispute, round, juror, award, evidence, salt) = vote;
	commitment(*dispute, *round, juror, *award, evidence, salt)
}

/// Votes of which many are the same.
fn small() -> impl Strategy<Value = Vote> {
	let juror = prop::collection::vec(0u8..2, 0..3);
	(0u32..2, 0u8..2, juror, 0u16..2, 0u8..2, 0u8..2).prop_map(
		|(dispute, round, juror, award, evidence, salt)| {
			Vote(dispute, round, juror, award, [evidence; 32], [salt; 32])
		},
	)
}

#[test]
fn hashes_are_what_the_docs_say() {
	// By another implementation of BLAKE2b.
	let juror: Vec<u8> = (0..32).collect();
	assert_eq!(
		hex(commitment(0x0102_0304, 2, &juror, 7_500, &[9; 32], &[8; 32])),
		"8aeb4fc34f24469b4ffe7dfad40da5ea2cc15bf6c422386108fea326002e2129"
	);
	assert_eq!(
		hex(evidence_root(&[0; 32], &juror, &[9; 32])),
		"8e14a3db2096fd15dceedbed029ae1a214cc427e16ab550a773230dd22430ec4"
	);
}

#[test]
fn any_other_field_is_another_commitment() {
	let vote = Vote(1, 0, vec![7; 32], 5_000, [1; 32], [2; 32]);
	let mut others = vec![vote.clone()];
	others.extend([0, 2, 256, u32::MAX].map(|dispute| Vote { 0: dispute, ..vote.clone() }));
	others.extend([1, 2, 255].map(|round| Vote { 1: round, ..vote.clone() }));
	let jurors = [vec![8; 32], vec![7; 31], vec![7; 33], vec![7; 20], vec![]];
	others.extend(jurors.map(|juror| Vote { 2: juror, ..vote.clone() }));
	others.extend([0, 1, 4_999, 5_001, 10_000].map(|award| Vote { 3: award, ..vote.clone() }));
	others.extend([[0; 32], [2; 32]].map(|evidence| Vote { 4: evidence, ..vote.clone() }));
	others.extend([[0; 32], [1; 32]].map(|salt| Vote { 5: salt, ..vote.clone() }));
	// Root and salt in each other's place.
	others.push(Vote { 4: vote.5, 5: vote.4, ..vote.clone() });
	let hashes: BTreeSet<_> = others.iter().map(sealed).collect();
	assert_eq!(hashes.len(), others.len());
}

/// Every bit counts.
#[test]
fn any_bit_is_another_commitment() {
	let juror = [7u8; 32];
	let mut hashes = BTreeSet::from([commitment(1, 1, &juror, 1, &[1; 32], &[2; 32])]);
	let flip = |bytes: [u8; 32], bit: usize| {
		let mut bytes = bytes;
		bytes[bit / 8] ^= 1 << (bit % 8);
		bytes
	};
	for bit in 0..256 {
		assert!(hashes.insert(commitment(1, 1, &flip(juror, bit), 1, &[1; 32], &[2; 32])));
		assert!(hashes.insert(commitment(1, 1, &juror, 1, &flip([1; 32], bit), &[2; 32])));
		assert!(hashes.insert(commitment(1, 1, &juror, 1, &[1; 32], &flip([2; 32], bit))));
	}
	for bit in 0..32 {
		assert!(hashes.insert(commitment(1 ^ 1 << bit, 1, &juror, 1, &[1; 32], &[2; 32])));
	}
	for bit in 0..16 {
		assert!(hashes.insert(commitment(1, 1, &juror, 1 ^ 1 << bit, &[1; 32], &[2; 32])));
	}
	for bit in 0..8 {
		assert!(hashes.insert(commitment(1, 1 ^ 1 << bit, &juror, 1, &[1; 32], &[2; 32])));
	}
}

/// A byte that moves from one field into the next, so that the bytes in a row are the same.
#[test]
fn no_field_reaches_into_the_next() {
	let bytes: Vec<u8> = (100..200).collect();
	let split = |at: usize| -> ([u8; 32], &[u8], [u8; 32]) {
		(bytes[..32].try_into().unwrap(), &bytes[32..at], bytes[at..at + 32].try_into().unwrap())
	};
	let mut hashes = BTreeSet::new();
	for at in 32..68 {
		let (first, party, last) = split(at);
		assert!(hashes.insert(evidence_root(&first, party, &last)));
		assert!(hashes.insert(commitment(1, 1, party, 1, &first, &last)));
	}
}

#[test]
fn evidence_is_a_chain() {
	let start = [0; 32];
	let a = evidence_root(&start, b"a", &[1; 32]);
	let b = evidence_root(&start, b"b", &[1; 32]);
	let ab = evidence_root(&a, b"b", &[1; 32]);
	let ba = evidence_root(&b, b"a", &[1; 32]);
	let aa = evidence_root(&a, b"a", &[1; 32]);
	assert_eq!(BTreeSet::from([start, a, b, ab, ba, aa]).len(), 6);
}

#[test]
fn quorum_is_two_thirds_up() {
	for (seats, expected) in [(5, 4), (11, 8), (23, 16), (47, 32), (95, 64), (1, 1), (2, 2), (3, 2)]
	{
		assert_eq!(quorum(seats), expected, "{seats}");
	}
	for seats in 0..=u8::MAX {
		assert_eq!(u32::from(quorum(seats)), (2 * u32::from(seats)).div_ceil(3), "{seats}");
	}
}

/// All ways in which up to 9 jurors choose between three awards.
#[test]
fn the_ruling_is_the_lower_median() {
	assert_eq!(ruling(&[]), None);
	for jurors in 1u32..=9 {
		for choices in 0..3u32.pow(jurors) {
			let choice = |juror| [0, 5_000, 10_000][(choices / 3u32.pow(juror) % 3) as usize];
			let mut awards: Vec<u16> = (0..jurors).map(choice).collect();
			awards.sort_unstable();
			let ruling = ruling(&awards).unwrap();
			// By counting: the least award that at least half of them do not exceed.
			let not_above =
				|most: u16| awards.iter().filter(|award| **award <= most).count() as u32;
			let expected =
				[0, 5_000, 10_000].into_iter().find(|most| 2 * not_above(*most) >= jurors);
			assert_eq!(Some(ruling), expected, "{awards:?}");
			// For the claimant only with more than half; so a tie is the respondent's.
			assert_eq!(ruling > 0, 2 * (jurors - not_above(0)) > jurors, "{awards:?}");
		}
	}
}

#[test]
fn who_votes_with_the_ruling() {
	for (award, ruling, coherent) in [
		(0, 0, true),
		(1, 0, false),
		(500, 0, false),
		(0, 1, false),
		(0, 500, false),
		(501, 1, true),
		(502, 1, false),
		(4_500, 5_000, true),
		(4_499, 5_000, false),
		(5_500, 5_000, true),
		(5_501, 5_000, false),
		// A tenth of the ruling, rounded down.
		(8_500, 8_009, true),
		(8_809, 8_009, true),
		(8_810, 8_009, false),
		(9_000, 10_000, true),
		(8_999, 10_000, false),
		(10_000, 9_091, true),
		(u16::MAX, u16::MAX, true),
		(0, u16::MAX, false),
	] {
		assert_eq!(is_coherent(award, ruling), coherent, "{award} with {ruling}");
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(10_000))]

	#[test]
	fn different_votes_are_different_commitments(
		a in small(),
		b in small(),
	) {
		prop_assert_eq!(a == b, sealed(&a) == sealed(&b));
	}

	#[test]
	fn coherence_by_its_definition(award in 0u16..=10_000, ruling in 0u16..=10_000) {
		let distance = (i32::from(award) - i32::from(ruling)).abs();
		let same_side = (award > 0) == (ruling > 0);
		let near = distance <= 500 || 10 * distance <= i32::from(ruling);
		prop_assert_eq!(is_coherent(award, ruling), same_side && near);
		prop_assert!(is_coherent(ruling, ruling));
	}
}
