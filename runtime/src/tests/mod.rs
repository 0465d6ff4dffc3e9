//! The real pallets together: genesis, blocks as a node would make them, and what must hold after
//! every one of them.

mod chain;
mod court;
mod deal;
mod genesis;
mod governance;
mod liquidation;
mod live_chain;
mod market;
mod note_costs;
mod note_paths;
mod notes;
mod prices;
mod seeds;
mod sessions;
mod transactions;
