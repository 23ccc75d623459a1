//! Times and bars: what is printed, and what makes the bench fail.

use std::process::ExitCode;
use std::time::Duration;

/// Durations in order.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(times: impl Iterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.collect();
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        Self(times)
    }

    fn ms(&self, share: f64) -> f64 {
        let last = self.0.len() - 1;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length is an index"
        )]
        let index = (share * last as f64).round() as usize;
        self.0[index].as_secs_f64() * 1e3
    }

    pub fn p50_ms(&self) -> f64 {
        self.ms(0.5)
    }

    pub fn p99_ms(&self) -> f64 {
        self.ms(0.99)
    }

    pub fn print(&self, what: &str) {
        println!("  {what:<28} p50 {:>7.2} ms   p99 {:>7.2} ms", self.p50_ms(), self.p99_ms());
    }
}

/// What must hold.
#[derive(Default)]
pub struct Bars(Vec<(String, f64, f64)>);

impl Bars {
    pub fn at_most(&mut self, what: String, found: f64, most: f64) {
        println!("  {what}: {found:.2} (at most {most})");
        self.0.push((what, found, most));
    }

    pub fn verdict(self) -> ExitCode {
        let over: Vec<_> = self.0.iter().filter(|(_, found, most)| found > most).collect();
        println!("\n{} of {} bars hold", self.0.len() - over.len(), self.0.len());
        for (what, found, most) in &over {
            println!("over the bar: {what}: {found:.2}, at most {most}");
        }
        if over.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
