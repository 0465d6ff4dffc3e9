//! Edges first, then properties against exact rationals.

mod election;
mod silence;
mod slash;
