//! An author that leaves time for the state root.
//!
//! The SDK's proposer adds transactions for nine tenths of the time that it is given, and has the last tenth to finish
//! the block: to work out the root of a state that thousands of transactions have changed. When that takes longer, the
//! slot's worker drops the block, and with it all the work: on a busy chain, of all blocks the full ones.
//! [`Paced`] has it stop after two thirds. The worker's own limit stays what it is, so that the rest of the time
//! is there for the root.

use futures::{future::MapOk, TryFutureExt};
use sp_consensus::{Environment, ProposeArgs, Proposer};
use sp_runtime::traits::Block as BlockT;
use std::time::Duration;

/// What the proposer is told of the time that there is: nine tenths of it are two thirds of all.
const TOLD: (u32, u32) = (20, 27);

/// Makes proposers that add transactions for two thirds of the time that they have; and such a proposer.
pub struct Paced<T>(pub T);

/// What a proposer is told that has so much time.
fn told(time: Duration) -> Duration {
	let (part, of) = TOLD;
	time.saturating_mul(part) / of
}

impl<B: BlockT, E: Environment<B>> Environment<B> for Paced<E> {
	type CreateProposer = MapOk<E::CreateProposer, fn(E::Proposer) -> Paced<E::Proposer>>;
	type Error = E::Error;
	type Proposer = Paced<E::Proposer>;

	fn init(&mut self, parent: &B::Header) -> Self::CreateProposer {
		let paced: fn(E::Proposer) -> Self::Proposer = Paced;
		self.0.init(parent).map_ok(paced)
	}
}

impl<B: BlockT, P: Proposer<B>> Proposer<B> for Paced<P> {
	type Error = P::Error;
	type Proposal = P::Proposal;

	fn propose(self, args: ProposeArgs<B>) -> Self::Proposal {
		self.0.propose(ProposeArgs { max_duration: told(args.max_duration), ..args })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::service::{Block, Hash, Header};
	use futures::future::{ready, Ready};
	use sp_consensus::Proposal;
	use sp_runtime::traits::Header as _;
	use std::sync::{Arc, Mutex};

	/// What proposers were given: time, and room in bytes.
	type Given = Arc<Mutex<Vec<(Duration, Option<usize>)>>>;

	/// Makes no blocks, but says what it would have made them with.
	#[derive(Clone, Default)]
	struct Listener(Given);

	impl Environment<Block> for Listener {
		type CreateProposer = Ready<Result<Self, Self::Error>>;
		type Error = sp_blockchain::Error;
		type Proposer = Self;

		fn init(&mut self, _: &Header) -> Self::CreateProposer {
			ready(Ok(self.clone()))
		}
	}

	impl Proposer<Block> for Listener {
		type Error = sp_blockchain::Error;
		type Proposal = Ready<Result<Proposal<Block>, Self::Error>>;

		fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
			let given = (args.max_duration, args.block_size_limit);
			self.0.lock().expect("nobody panics").push(given);
			ready(Err(sp_blockchain::Error::Backend("it makes none".into())))
		}
	}

	#[tokio::test]
	async fn a_third_of_the_time_for_a_block_is_left_for_its_state_root() {
		let listener = Listener::default();
		let zero = Hash::zero();
		let parent = Header::new(1, zero, zero, zero, Default::default());
		for millis in [0, 1, 3_920, 5_880] {
			let time = Duration::from_millis(millis);
			let mut paced = Paced(listener.clone());
			let made = Environment::<Block>::init(&mut paced, &parent).await;
			let room = Some(7);
			let args = ProposeArgs::<Block> {
				max_duration: time,
				block_size_limit: room,
				..Default::default()
			};
			assert!(made.expect("it is made").propose(args).await.is_err());
			let given = listener.0.lock().expect("nobody panics").pop();
			let (told, rest) = given.expect("it was asked");
			assert_eq!(rest, room, "nothing else is changed");
			// As the SDK's proposer reckons.
			let adding = told - told / 10;
			let third = time / 3;
			let left = time - adding;
			assert!(left >= third && left <= third + Duration::from_millis(1), "{left:?}");
		}
	}
}
