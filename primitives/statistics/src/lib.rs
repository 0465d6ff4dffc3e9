#![cfg_attr(not(feature = "std"), no_std)]
//! Order statistics of a few reports: medians, quartiles, expiry of a quorum.
