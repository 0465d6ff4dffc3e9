#![cfg_attr(not(feature = "std"), no_std)]
//! Risk parameters of listed assets, changed as atomic groups inside hard bounds.
