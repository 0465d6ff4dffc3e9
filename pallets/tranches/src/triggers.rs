//! What triggers make of a deal.

use sp_runtime::{DispatchError, DispatchResult};
use strata_waterfall::Mode;

use crate::{Books, Config, DealId, DealLedgers, Event, Moment, Pallet, Phase};

impl<T: Config> Pallet<T> {
	/// Says which triggers tripped on `date` and which were cured.
	pub(crate) fn say_triggers(
		id: DealId,
		date: Moment,
		before: &[Option<Moment>],
		after: &[Option<Moment>],
	) {
		for ((trigger, before), after) in (0u8..).zip(before).zip(after) {
			match (before, after) {
				(None, Some(_)) => {
					Self::deposit_event(Event::Triggered { deal: id, trigger, date })
				},
				(Some(_), None) => Self::deposit_event(Event::Cured { deal: id, trigger, date }),
				_ => {},
			}
		}
	}

	/// Makes the deal's phase what a date found: the end of the revolving period, or a trigger that
	/// ends lending, has it amortise; once nothing does any more it revolves again; a trigger that
	/// accelerates has every book mature. What was decided before (acceleration, winding down, a call)
	/// stays.
	pub(crate) fn follow(id: DealId, ledgers: &mut DealLedgers, mode: Mode) -> DispatchResult {
		let Some(phase @ (Phase::Revolving | Phase::Amortising)) = ledgers.phase else {
			return Ok(());
		};
		match mode {
			Mode::Revolving if phase == Phase::Amortising => {
				Self::enter(id, ledgers, Phase::Revolving);
				Self::deposit_event(Event::Revolving { deal: id });
			},
			Mode::Amortising if phase == Phase::Revolving => {
				Self::enter(id, ledgers, Phase::Amortising);
				Self::deposit_event(Event::Amortising { deal: id });
			},
			Mode::Accelerated => Self::mature_books(id, ledgers)?,
			_ => {},
		}
		Ok(())
	}

	/// Accelerates the deal: every book matures now.
	pub(crate) fn mature_books(id: DealId, ledgers: &mut DealLedgers) -> Result<(), DispatchError> {
		let now = Self::now();
		ledgers.books.iter().try_for_each(|book| T::Books::mature(*book, now))?;
		Self::enter(id, ledgers, Phase::Accelerated);
		Self::deposit_event(Event::Accelerated { deal: id });
		Ok(())
	}
}

impl Phase {
	/// Whether a date in `mode` leaves the phase as it is, and every book.
	pub(crate) fn stays_in(self, mode: Mode) -> bool {
		match self {
			Phase::Revolving => mode == Mode::Revolving,
			Phase::Amortising => mode == Mode::Amortising,
			Phase::WindingDown | Phase::Called => mode != Mode::Accelerated,
			Phase::Accelerated => false,
		}
	}
}
