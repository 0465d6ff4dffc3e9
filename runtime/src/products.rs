//! What Strata is for: prices, risk parameters, vaults and tranches, wired to each other.
