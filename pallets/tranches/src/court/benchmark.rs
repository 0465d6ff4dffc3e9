//! The worst case of a ruling.

#![allow(clippy::expect_used)]

use strata_traits::{Case, DisputeId};

use crate::{AccountIdOf, Config, Pallet};

impl<T: Config> Pallet<T> {
	/// [`strata_traits::Enforce::benchmark_case`]: a case at worst for [`Pallet::court_enforce`], open and
	/// frozen, and its claimant.
	pub fn benchmark_case(dispute: DisputeId) -> (Case<AccountIdOf<T>>, AccountIdOf<T>) {
		crate::benchmarking::case::<T>(dispute)
	}
}
