//! Delivers what does not go by mail: webhooks and short messages.
//!
//! Each call blocks on a thread of its own and ends well within the lease of its message. Tried again as
//! mails are, recorded in the same ledger. One host is called by few at a time: what is left over makes room.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::task::JoinSet;
use url::Url;

use super::{
    Job, Stop,
    attempt::{Tried, link_of, read_payload, settle},
    deliver_outbox::{DeliveryMetrics, LEASE, Letterhead},
};
use crate::{
    channels::{Caller, webhook},
    domain::{contact::Channel, delivery::Priority, message::Message},
    error::{AppError, Result},
    ids::MessageId,
    mail::{
        relays::{Carried, Try},
        render::short,
    },
    sealing::Keys,
    store::{
        outbox::{self, Claimed, Wanted},
        outbox_due,
        pool::Db,
    },
    time::Clock,
};

/// Calls at the same time, of each channel.
const AT_A_TIME: i64 = 8;
/// Of these, to one host.
const AT_A_HOST: usize = 2;
/// For how long what is left over makes room for other hosts.
const MAKES_ROOM: TimeDelta = TimeDelta::seconds(1);

/// Delivers the calls that stand in the outbox.
pub struct DeliverCalls {
    db: Db,
    clock: Clock,
    keys: Arc<Keys>,
    letterhead: Arc<Letterhead>,
    caller: Arc<Caller>,
    stop: Stop,
    metrics: DeliveryMetrics,
}

impl DeliverCalls {
    /// A job that calls by `caller`, and counts where mails are counted.
    pub fn new(
        db: Db,
        clock: Clock,
        keys: Arc<Keys>,
        letterhead: Letterhead,
        caller: Caller,
        stop: Stop,
        metrics: DeliveryMetrics,
    ) -> Self {
        Self {
            db,
            clock,
            keys,
            letterhead: Arc::new(letterhead),
            caller: Arc::new(caller),
            stop,
            metrics,
        }
    }

    async fn claim(&self) -> Result<Vec<Claimed>> {
        let now = self.clock.now();
        // Mostly there is nothing: looking locks nothing.
        let waits = self
            .db
            .read(move |tx| {
                Ok::<_, AppError>(outbox::is_due(tx, now, &[Channel::Webhook, Channel::Sms])?)
            })
            .await?;
        if !waits {
            return Ok(Vec::new());
        }
        self.db
            .write(move |tx| {
                let mut claimed = Vec::new();
                for channel in [Channel::Webhook, Channel::Sms] {
                    let wanted = Wanted {
                        channel,
                        least: Priority::Bulk,
                        limit: AT_A_TIME,
                    };
                    claimed.extend(outbox::claim(tx, now, LEASE, wanted)?.messages);
                }
                let (claimed, left) = share_out(claimed, host_of);
                if !left.is_empty() {
                    let ids: Vec<MessageId> = left.into_iter().map(|one| one.id).collect();
                    outbox_due::put_off(tx, &ids, now + MAKES_ROOM)?;
                }
                Ok(claimed)
            })
            .await
    }
}

/// The host that a webhook leads to; the gateway of short messages is the operator's own.
fn host_of(claimed: &Claimed) -> Option<String> {
    if claimed.channel != Channel::Webhook {
        return None;
    }
    let url = Url::parse(&claimed.recipient).ok()?;
    url.host_str().map(str::to_owned)
}

/// The first few to each host, and what is left over.
fn share_out<T>(all: Vec<T>, host: impl Fn(&T) -> Option<String>) -> (Vec<T>, Vec<T>) {
    let mut taken = HashMap::<String, usize>::new();
    all.into_iter().partition(|one| match host(one) {
        None => true,
        Some(host) => {
            let count = taken.entry(host).or_default();
            *count += 1;
            *count <= AT_A_HOST
        }
    })
}

impl Job for DeliverCalls {
    const NAME: &'static str = "deliver_calls";
    const EVERY: Duration = Duration::from_secs(1);

    async fn run(&self) -> Result<usize> {
        let mut count = 0;
        while !*self.stop.borrow() {
            let claimed = self.claim().await?;
            if claimed.is_empty() {
                break;
            }
            count += claimed.len();
            let mut calls = JoinSet::new();
            for one in claimed {
                let (keys, letterhead) = (Arc::clone(&self.keys), Arc::clone(&self.letterhead));
                let (caller, clock) = (Arc::clone(&self.caller), self.clock);
                calls.spawn_blocking(move || call(&caller, &one, &letterhead, &keys, clock));
            }
            let mut tried = Vec::new();
            while let Some(done) = calls.join_next().await {
                match done {
                    Ok(one) => tried.push(one),
                    // Its lease runs out, and it is tried again.
                    Err(panic) => tracing::error!("A call panicked: {panic}"),
                }
            }
            let (operator, now) = (self.letterhead.operator.clone(), self.clock.now());
            let recorded = tried.clone();
            self.db
                .write(move |tx| settle(tx, &recorded, operator.as_deref(), now))
                .await?;
            for one in &tried {
                one.tell(&self.metrics);
            }
        }
        Ok(count)
    }
}

/// One try. Whatever goes wrong is an outcome.
fn call(
    caller: &Caller,
    claimed: &Claimed,
    letterhead: &Letterhead,
    keys: &Keys,
    clock: Clock,
) -> Tried {
    let message = read_payload(claimed, keys);
    let done = message
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|message| make(caller, claimed, message, letterhead, keys, clock));
    match done {
        Ok(last) => {
            let carried = Carried {
                earlier: Vec::new(),
                last,
                is_back: false,
            };
            Tried::new(claimed, message.ok(), carried)
        }
        Err(reply) => Tried::given_up(claimed, message.ok(), reply, clock.now()),
    }
}

fn make(
    caller: &Caller,
    claimed: &Claimed,
    message: &Message,
    letterhead: &Letterhead,
    keys: &Keys,
    clock: Clock,
) -> std::result::Result<Try, String> {
    let link = link_of(message, claimed, letterhead);
    let link = link.as_deref();
    let (transit, delivery) = match claimed.channel {
        Channel::Webhook => {
            let contact = claimed.contact.as_ref().ok_or("no contact is named")?;
            let secret = webhook::secret(keys, contact);
            let url = Url::parse(&claimed.recipient).map_err(|_| "no address")?;
            let call = webhook::call(url, &secret, message, &claimed.id, link, clock.now());
            caller.webhook(&call.ok_or("nothing that a program is told")?)
        }
        Channel::Sms => {
            let gateway = caller
                .gateway()
                .ok_or("there is no gateway of short messages (TNLD_SMS_FILE)")?;
            let text = short(message, link);
            caller.short_message(&gateway.call(&claimed.recipient, &text, claimed.id.as_str()))
        }
        Channel::Email => return Err("no call".to_owned()),
    };
    Ok(Try {
        at: clock.now(),
        transit,
        delivery,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_called_by_few_at_a_time_and_the_first_go_first() {
        let all = vec!["a1", "a2", "b1", "a3", "sms", "a4", "b2", "sms"];
        let host = |one: &&str| (*one != "sms").then(|| one[..1].to_owned());
        let (now, left) = share_out(all, host);
        assert_eq!(now, ["a1", "a2", "b1", "sms", "b2", "sms"]);
        assert_eq!(left, ["a3", "a4"]);
    }
}
