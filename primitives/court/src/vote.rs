//! How a vote is sealed, how many are enough, what they decide, and who voted with the ruling.
//!
//! A vote is one number: the award, in ten-thousandths of the claim; 0 is for the respondent.

use codec::Encode;
use sp_crypto_hashing::blake2_256;

/// Tag of [`commitment`].
const VOTE: &[u8] = b"strata/court/vote";
/// Tag of [`evidence_root`].
const EVIDENCE: &[u8] = b"strata/court/evidence";

/// How far from the ruling an award is coherent in any case, in ten-thousandths of the claim.
const TOLERANCE: u16 = 500;

/// What a juror says of his vote before anybody reveals.
///
/// It is bound to everything the vote depends on: copied by another juror, or used again in another
/// round or dispute, it cannot be revealed, nor after the evidence has changed. `juror` is the
/// encoded account, `evidence` the root when commits began, `salt` 32 random bytes of the juror.
pub fn commitment(
	dispute: u32,
	round: u8,
	juror: &[u8],
	award: u16,
	evidence: &[u8; 32],
	salt: &[u8; 32],
) -> [u8; 32] {
	(VOTE, dispute, round, juror, award, evidence, salt).using_encoded(blake2_256)
}

/// The root of a dispute's evidence after a further piece: a hash chain over who brought what, in its
/// order. `party` is the encoded account, `piece` the hash of the document; the first root is all
/// zero.
pub fn evidence_root(before: &[u8; 32], party: &[u8], piece: &[u8; 32]) -> [u8; 32] {
	(EVIDENCE, before, party, piece).using_encoded(blake2_256)
}

/// How many of so many seats must reveal: ⌈2n/3⌉.
pub fn quorum(seats: u8) -> u8 {
	// n − ⌊n/3⌋ is the same and stays within 8 bits.
	seats.saturating_sub(seats / 3)
}

/// What the revealed awards decide, given ascending: the lower median, number ⌊(k − 1)/2⌋ of k counted
/// from 0. `None` if there is none.
///
/// So a tie favours the respondent, and no juror moves it further by exaggerating.
pub fn ruling(sorted: &[u16]) -> Option<u16> {
	strata_statistics::lower_median(sorted)
}

/// Whether an award is with the ruling: for the same party (0, or more than 0), and not further away
/// than the greater of 500 and a tenth of the ruling, rounded down.
pub fn is_coherent(award: u16, ruling: u16) -> bool {
	let same_side = (award == 0) == (ruling == 0);
	same_side && award.abs_diff(ruling) <= TOLERANCE.max(ruling / 10)
}
