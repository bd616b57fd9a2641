//! Messages that are claimed and not begun, the most urgent first.

use std::collections::VecDeque;

use super::slots::Place;
use crate::{
    domain::delivery::{Priority, domain_of},
    ids::MessageId,
    store::outbox::Claimed,
};

/// A claimed message with its domain.
pub(super) struct Waiting {
    /// The message.
    pub(super) claimed: Claimed,
    /// Domain of its address.
    pub(super) domain: String,
}

impl Waiting {
    /// The place that it would take.
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            urgent: self.claimed.priority == Priority::Urgent,
            domain: Some(&self.domain),
        }
    }
}

/// A queue for each priority.
#[derive(Default)]
pub(super) struct Ready {
    queues: [VecDeque<Waiting>; Priority::ALL.len()],
}

impl Ready {
    /// Adds what was claimed, in its order.
    pub(super) fn extend(&mut self, claimed: Vec<Claimed>) {
        for claimed in claimed {
            let queue = Priority::ALL
                .iter()
                .position(|priority| *priority == claimed.priority)
                .unwrap_or_default();
            let domain = domain_of(&claimed.recipient);
            self.queues[queue].push_back(Waiting { claimed, domain });
        }
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many urgent ones wait.
    pub(super) fn urgent(&self) -> usize {
        self.queues[0].len()
    }

    /// Takes the first that may be begun: no other one that is more urgent may.
    pub(super) fn take_first(&mut self, may_begin: impl Fn(Place<'_>) -> bool) -> Option<Claimed> {
        self.queues.iter_mut().find_map(|queue| {
            let first = queue.iter().position(|one| may_begin(one.place()))?;
            queue.remove(first).map(|one| one.claimed)
        })
    }

    /// Takes all that are chosen.
    pub(super) fn take_all(&mut self, chosen: impl Fn(&Waiting) -> bool) -> Vec<Claimed> {
        let mut taken = Vec::new();
        for queue in &mut self.queues {
            let (out, kept): (Vec<_>, Vec<_>) = queue.drain(..).partition(|one| chosen(one));
            queue.extend(kept);
            taken.extend(out.into_iter().map(|one| one.claimed));
        }
        taken
    }

    /// Keeps those that somebody still wants sent.
    pub(super) fn retain(&mut self, still: &[MessageId]) {
        for queue in &mut self.queues {
            queue.retain(|one| still.contains(&one.claimed.id));
        }
    }

    /// Their ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = MessageId> + '_ {
        self.queues
            .iter()
            .flatten()
            .map(|one| one.claimed.id.clone())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::contact::Channel;

    fn claimed(rank: i32, domain: usize, number: usize) -> Claimed {
        Claimed {
            id: MessageId::from(number.to_string()),
            case_id: None,
            channel: Channel::Email,
            contact: None,
            priority: Priority::of_rank(rank),
            recipient: format!("a@{domain}.test"),
            payload: None,
            data_key: None,
            attempt: 1,
            noted_at: DateTime::UNIX_EPOCH,
            link_secret: None,
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_the_most_urgent_and_of_these_the_oldest_that_may_be_begun(
            offered in proptest::collection::vec((0..3_i32, 0..3_usize), 0..30),
            blocked in 0..4_usize,
        ) {
            let mut ready = Ready::default();
            let all = offered.iter().enumerate().map(|(n, (rank, domain))| claimed(*rank, *domain, n));
            ready.extend(all.collect());
            let shut = format!("{blocked}.test");
            let mut taken = Vec::new();
            while let Some(next) = ready.take_first(|place| place.domain != Some(shut.as_str())) {
                taken.push((next.priority.rank(), next.id.to_string().parse::<usize>().unwrap()));
            }
            prop_assert!(taken.is_sorted());
            let left = offered.iter().filter(|(_, domain)| *domain == blocked).count();
            prop_assert_eq!((taken.len(), ready.len()), (offered.len() - left, left));
            prop_assert_eq!(ready.take_all(|_| true).len(), left);
            prop_assert!(ready.is_empty());
        }
    }
}
