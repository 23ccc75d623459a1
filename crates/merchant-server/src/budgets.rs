//! How often one address or customer may ask: a budget each, refilled with time.
//!
//! In: who asks, at the clock's time. Out: that it may, or how long to wait. A budget is
//! kept only while it isn't full, so that memory follows those who ask now. Each server counts for itself.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use merchant_core::lifecycle::Customer;
use wallet_api::clock::Clock;

use crate::jobs::RateLimit;

/// How often one address or customer may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Requests to the shop API from one address. Many shoppers may share one.
    pub address: RateLimit,
    /// Sessions begun from one address: each has the wallet asked.
    pub sessions: RateLimit,
    /// Requests of one customer.
    pub customer: RateLimit,
}

impl RequestLimits {
    /// As good as none: for what sends everything from one address, such as tests.
    pub const NONE: Self = {
        let much = RateLimit { per_minute: 10_000_000, burst: 10_000_000 };
        Self { address: much, sessions: much, customer: much }
    };
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            address: RateLimit { per_minute: 1_800, burst: 600 },
            sessions: RateLimit { per_minute: 300, burst: 150 },
            customer: RateLimit { per_minute: 240, burst: 120 },
        }
    }
}

/// What everybody may still ask.
pub struct Budgets {
    addresses: Keyed<IpAddr>,
    sessions: Keyed<IpAddr>,
    customers: Keyed<Customer>,
}

impl Budgets {
    /// Full budgets.
    pub fn new(limits: RequestLimits, clock: &Arc<dyn Clock>) -> Self {
        Self {
            addresses: Keyed::new(limits.address, clock),
            sessions: Keyed::new(limits.sessions, clock),
            customers: Keyed::new(limits.customer, clock),
        }
    }

    /// One request more from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take_address(&self, address: IpAddr) -> Result<(), Wait> {
        self.addresses.take(&network(address))
    }

    /// One session more from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take_session(&self, address: IpAddr) -> Result<(), Wait> {
        self.sessions.take(&network(address))
    }

    /// One request more of this customer's.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take_customer(&self, customer: &Customer) -> Result<(), Wait> {
        self.customers.take(customer)
    }
}

/// Who has the first 64 bits of an IPv6 address usually has all that begin so.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// How long until there is something in the budget again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Whole seconds.
    pub seconds: u64,
}

/// After so many questions those whose budgets are full again are forgotten.
const FORGET_EVERY: u32 = 4_096;

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, Time, NoOpMiddleware<Nanos>>;

struct Keyed<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(limit: RateLimit, clock: &Arc<dyn Clock>) -> Self {
        let positive = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(positive(limit.per_minute)).allow_burst(positive(limit.burst));
        let limiter = RateLimiter::new(quota, HashMapStateStore::default(), Time(Arc::clone(clock)));
        Self { limiter, asked: AtomicU32::new(0) }
    }

    fn take(&self, key: &K) -> Result<(), Wait> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.limiter.clock().now());
            Wait { seconds: wait.as_secs().saturating_add(1) }
        })
    }
}

/// The project's clock as the limiter takes it.
#[derive(Clone)]
struct Time(Arc<dyn Clock>);

impl governor::clock::Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.now().as_nanosecond()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wallet_api::clock::ManualClock;

    use super::*;

    fn keyed(per_minute: u32, burst: u32) -> (Keyed<u32>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()));
        let as_clock: Arc<dyn Clock> = clock.clone();
        (Keyed::new(RateLimit { per_minute, burst }, &as_clock), clock)
    }

    fn wait(keyed: &Keyed<u32>, key: u32) -> u64 {
        keyed.take(&key).err().map_or(0, |wait| wait.seconds)
    }

    #[test]
    fn a_burst_passes_and_then_as_many_as_the_time_gives() {
        let (keyed, clock) = keyed(60, 3);
        assert_eq!([(); 4].map(|()| wait(&keyed, 1)), [0, 0, 0, 2], "the second that it waits isn't over");
        assert_eq!(wait(&keyed, 2), 0, "another one's budget is its own");
        clock.advance(Duration::from_secs(2));
        assert_eq!([(); 3].map(|()| wait(&keyed, 1)), [0, 0, 2]);
        clock.advance(Duration::from_secs(3_600));
        assert_eq!([(); 4].map(|()| wait(&keyed, 1)), [0, 0, 0, 2], "what isn't used is lost");
    }

    #[test]
    fn who_stays_away_is_forgotten() {
        let (keyed, clock) = keyed(60, 1);
        for key in 0..FORGET_EVERY - 1 {
            keyed.take(&key).ok().unwrap();
        }
        assert_eq!(keyed.limiter.len(), 4_095);
        clock.advance(Duration::from_secs(60));
        keyed.take(&0).ok().unwrap();
        assert_eq!(keyed.limiter.len(), 1);
    }

    #[test]
    fn addresses_of_one_network_share_a_budget() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
    }
}
