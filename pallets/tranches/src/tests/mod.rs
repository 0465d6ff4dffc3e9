//! Tests by theme. Every test ends with all invariants checked (`mock::build_and_execute`).

mod conservation;
mod hook;
mod life;
mod notes;
mod offering;
mod payments;
mod views;
