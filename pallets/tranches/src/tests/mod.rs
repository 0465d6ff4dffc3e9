//! Tests by theme. Every test ends with all invariants checked (`mock::build_and_execute`).

mod ahead;
mod approvals;
mod breakers;
mod claims;
mod clean_up;
mod consent;
mod conservation;
mod court;
mod eligibility;
mod exchange;
mod freezes;
mod holdings;
mod hook;
mod life;
mod liquidation;
mod make;
mod notes;
mod offering;
mod offers;
mod parties;
mod payments;
mod programs;
mod statement;
mod views;
mod waterfall;
