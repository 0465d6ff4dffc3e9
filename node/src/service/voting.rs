//! What GRANDPA votes for: nothing that lies before the last final block.
//!
//! The SDK's rules count from the block of the last round: two blocks behind the best one, and three quarters of the way
//! to it. Of a chain that came with the proofs of its finality, from exported blocks or from peers, no round was voted
//! on, and its last round is the first block's. Three quarters of the way from there is final long since. Such a vote
//! counts for nothing, and a voter casts one in a round, restarts included: when all voters begin like this, as after the
//! restoration of a chain from exported blocks, no round is ever completed, and nothing becomes final any more.

use sc_consensus_grandpa::{VotingRule, VotingRuleResult};
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::{Block as BlockT, Header};
use std::sync::Arc;

/// Such a rule, counted from the last final block where that is the later one.
#[derive(Clone)]
pub struct FromFinal<R>(pub R);

impl<Block, Backend, R> VotingRule<Block, Backend> for FromFinal<R>
where
	Block: BlockT,
	Backend: HeaderBackend<Block>,
	R: VotingRule<Block, Backend> + Clone,
{
	fn restrict_vote(
		&self,
		backend: Arc<Backend>,
		base: &Block::Header,
		best_target: &Block::Header,
		current_target: &Block::Header,
	) -> VotingRuleResult<Block> {
		let info = backend.info();
		let (last, best) = (info.finalized_number, *best_target.number());
		// More may have become final since the best block was looked up.
		let is_later = last > *base.number() && last <= best;
		let last = is_later.then(|| backend.header(info.finalized_hash).ok().flatten()).flatten();
		self.0.restrict_vote(backend, last.as_ref().unwrap_or(base), best_target, current_target)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::service::{Block, Hash, Header};
	use sc_consensus_grandpa::VotingRulesBuilder;
	use sp_blockchain::{BlockStatus, Info, Result};
	use sp_runtime::traits::Header as _;

	/// A chain without forks, and how much of it is final.
	struct Chain {
		headers: Vec<Header>,
		last: u32,
	}

	impl Chain {
		fn new(blocks: u32, last: u32) -> Arc<Self> {
			let mut headers: Vec<Header> = Vec::new();
			for number in 0..=blocks {
				let parent = headers.last().map(Header::hash).unwrap_or_default();
				let zero = Hash::zero();
				headers.push(Header::new(number, zero, zero, parent, Default::default()));
			}
			Arc::new(Self { headers, last })
		}

		fn at(&self, number: u32) -> &Header {
			&self.headers[number as usize]
		}
	}

	impl HeaderBackend<Block> for Chain {
		fn header(&self, hash: Hash) -> Result<Option<Header>> {
			Ok(self.headers.iter().find(|header| header.hash() == hash).cloned())
		}

		fn info(&self) -> Info<Block> {
			let best = &self.headers[self.headers.len() - 1];
			let last = self.at(self.last);
			Info {
				best_hash: best.hash(),
				best_number: *best.number(),
				genesis_hash: self.at(0).hash(),
				finalized_hash: last.hash(),
				finalized_number: self.last,
				finalized_state: None,
				number_leaves: 1,
				block_gap: None,
			}
		}

		fn status(&self, _: Hash) -> Result<BlockStatus> {
			unreachable!("no rule asks for it")
		}

		fn number(&self, _: Hash) -> Result<Option<u32>> {
			unreachable!("no rule asks for it")
		}

		fn hash(&self, _: u32) -> Result<Option<Hash>> {
			unreachable!("no rule asks for it")
		}
	}

	/// What is voted for when the last round was about block `base`, and `best` is the best one.
	async fn vote(
		rule: &impl VotingRule<Block, Chain>,
		chain: &Arc<Chain>,
		base: u32,
		best: u32,
	) -> u32 {
		let (base, best) = (chain.at(base), chain.at(best));
		let restricted = rule.restrict_vote(chain.clone(), base, best, best).await;
		// As GRANDPA takes it: another one is no restriction.
		let restricted = restricted.filter(|(_, number)| number >= base.number());
		restricted.map_or(*best.number(), |(hash, number)| {
			assert_eq!(chain.at(number).hash(), hash);
			number
		})
	}

	#[tokio::test]
	async fn no_vote_lies_before_the_last_final_block() {
		let usual = VotingRulesBuilder::default().build();
		let ours = FromFinal(usual.clone());
		// A chain of which no round was voted on. The SDK votes for what is final already.
		let chain = Chain::new(100, 90);
		assert_eq!(vote(&usual, &chain, 0, 100).await, 75);
		assert_eq!(vote(&ours, &chain, 0, 100).await, 98);
		// Nothing, one or two more than is final.
		for best in 90..=92 {
			assert!(vote(&usual, &chain, 0, best).await < 90);
			assert_eq!(vote(&ours, &chain, 0, best).await, 90, "best: {best}");
		}
		assert_eq!(vote(&ours, &chain, 0, 93).await, 91);
	}

	#[tokio::test]
	async fn where_nothing_is_final_after_the_last_round_it_is_the_usual_vote() {
		let usual = VotingRulesBuilder::default().build();
		let ours = FromFinal(usual.clone());
		for (last, base) in [(0, 0), (40, 40), (40, 60), (0, 99)] {
			let chain = Chain::new(100, last);
			for best in base..=100 {
				let expected = vote(&usual, &chain, base, best).await;
				assert_eq!(vote(&ours, &chain, base, best).await, expected, "{last} {base} {best}");
			}
		}
	}

	#[tokio::test]
	async fn what_becomes_final_meanwhile_is_no_base() {
		// The best block was looked up before five after it became final.
		let chain = Chain::new(100, 95);
		let ours = FromFinal(VotingRulesBuilder::default().build());
		assert_eq!(vote(&ours, &chain, 80, 90).await, 88);
	}
}
