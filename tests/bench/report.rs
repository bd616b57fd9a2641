//! The table that is printed, and whether every bar was met.

use std::{fmt::Display, process::ExitCode, time::Duration};

/// What a figure must reach.
#[derive(Clone, Copy)]
pub enum Bar {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
}

/// Prints figures as they come, and keeps those that missed their bar.
#[derive(Default)]
pub struct Report {
    missed: Vec<String>,
}

impl Report {
    /// Begins a part.
    pub fn heading(&mut self, text: &str) {
        println!("\n{text}");
        println!("{:-<62} {:->12} {:->14}", "", "", "");
    }

    /// A figure without a bar.
    pub fn figure(&mut self, name: &str, value: impl Display) {
        println!("{name:<62} {:>12}", value.to_string());
    }

    /// A figure with a bar.
    pub fn bar(&mut self, name: &str, value: f64, unit: &str, bar: Bar) {
        let (met, sign, limit) = match bar {
            Bar::AtLeast(limit) => (value >= limit, '≥', limit),
            Bar::AtMost(limit) => (value <= limit, '≤', limit),
        };
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        let shown = format!("{}{unit}", short(value));
        let verdict = if met { "ok" } else { "MISSED" };
        println!("{name:<62} {shown:>12} {sign} {limit}{unit}  {verdict}");
        if !met {
            self.missed.push(name.to_owned());
        }
    }

    /// Says whether every bar was met; the exit status says so too.
    pub fn close(self) -> ExitCode {
        println!();
        if self.missed.is_empty() {
            println!("Every bar was met.");
            return ExitCode::SUCCESS;
        }
        println!("Missed: {}", self.missed.join("; "));
        ExitCode::FAILURE
    }
}

/// A number with as many digits as mean something.
pub fn short(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Milliseconds.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The middle one; with an even number, the lower of the two.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) / 2]
}

/// The value that `share` of all values do not exceed: 0.95 is the 95th percentile.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

/// The figures of all rounds, for eyes: `1200 1310 1290`.
pub fn all(values: &[f64]) -> String {
    let shown: Vec<String> = values.iter().map(|value| short(*value)).collect();
    shown.join(" ")
}
