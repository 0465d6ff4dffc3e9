#![cfg_attr(not(feature = "std"), no_std)]
//! Deals, tranches, notes and the payment dates that run the waterfall.
