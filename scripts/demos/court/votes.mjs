// How a vote is sealed and a panel's votes are counted: the court's arithmetic a second time, from
// the documentation (docs/jurors.md) alone.

import { blake2AsU8a, decodeAddress } from "@polkadot/util-crypto";
import { compactToU8a, hexToU8a, u8aConcat, u8aToHex } from "@polkadot/util";

const word = (text) => new TextEncoder().encode(text);
/** Bytes with their number before them. */
const counted = (bytes) => u8aConcat(compactToU8a(bytes.length), bytes);
const little = (value, bytes) =>
	Uint8Array.from({ length: bytes }, (_, at) => (value >> (8 * at)) & 0xff);

/** What a juror commits to. */
export function commitment({ dispute, round, juror, award, evidence, salt }) {
	return u8aToHex(
		blake2AsU8a(
			u8aConcat(
				counted(word("strata/court/vote")), little(dispute, 4), little(round, 1),
				counted(decodeAddress(juror)), little(award, 2), hexToU8a(evidence), hexToU8a(salt),
			),
			256,
		),
	);
}

/** The evidence so far, with one more piece of `party`. */
export function evidenceRoot(before, party, piece) {
	return u8aToHex(
		blake2AsU8a(
			u8aConcat(
				counted(word("strata/court/evidence")), hexToU8a(before), counted(decodeAddress(party)),
				hexToU8a(piece),
			),
			256,
		),
	);
}

/** How many of `seats` must reveal. */
export const quorum = (seats) => Math.ceil((2 * seats) / 3);

/** The lower median of what was revealed. */
export function ruling(awards) {
	const sorted = [...awards].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Whether a vote is on the side of the ruling, and near it. */
export function isCoherent(award, ruling) {
	const near = Math.abs(award - ruling) <= Math.max(500, Math.floor(ruling / 10));
	return award === 0 ? ruling === 0 : ruling !== 0 && near;
}
