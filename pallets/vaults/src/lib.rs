#![cfg_attr(not(feature = "std"), no_std)]
//! Vaults: collateral locked, settlement asset drawn, ordered on a ladder of rungs.
