//! Tests by theme. Every test ends with all invariants checked (`mock::build_and_execute`).

mod breakers;
mod conservation;
mod exchange;
mod hook;
mod life;
mod liquidation;
mod notes;
mod offering;
mod payments;
mod views;
