//! # Feeder
//!
//! Reports prices from outside sources to the oracle of a Strata chain. `docs/feeder.md` tells how to run
//! it; this is how it is made.
//!
//! ```text
//! sources ──► slots ──► desk: aggregate ──► decide ──► runner: batch ──► chain
//!  (a task each)         (one for each feed)             ◄── reaction ◄──
//! ```
//!
//! - [`decimal`]: prices are decimals of their source's text, and integers of 18 decimals from then on. No
//!   decision goes through floating point; gauges of metrics do, because they hold nothing else.
//! - [`sources`]: HTTP, a file that is played, a program. Each is asked by a task of its own with a limit
//!   on time and length, and leaves what it says in a slot.
//! - [`aggregate`]: the median of the sources of a feed, if enough of them agree.
//! - [`decide`]: whether that is to be reported: it moved, or the heartbeat is due.
//! - [`desk`]: one feed: it knows what the chain wants of it, and holds back what would be refused.
//! - [`runner`]: one transaction for all that is due, one at a time; what a refusal means for what follows.
//! - [`chain`]: a node, by the metadata that the chain itself gives.
//! - [`app`], [`cli`]: the program around it.

// Denied for what runs in a block (scripts/test.sh). This is a program of its own, its sums are bounded by
// its configuration, and overflow stops it: it is compiled with overflow checks.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

mod address;
pub mod aggregate;
pub mod app;
pub mod chain;
pub mod cli;
pub mod config;
pub mod decide;
pub mod decimal;
pub mod desk;
pub mod keys;
pub mod metrics;
pub mod runner;
pub mod sources;
