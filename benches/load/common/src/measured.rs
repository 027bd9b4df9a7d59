//! The results of a contender under load.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use hdrhistogram::Histogram;
use nix::sys::resource::{Usage, UsageWho, getrusage};

use crate::Result;

/// The results.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The checksum of the first requests.
    pub checksum: u64,
    /// Answers in a second, to all tasks together.
    pub per_second: f64,
    /// The time within which half of the answers came, in milliseconds.
    pub median: f64,
    /// The time within which all but one in a hundred came, in milliseconds.
    pub p99: f64,
    /// The processor time for each answer, in microseconds, without that of a server.
    pub worked: f64,
    /// The most memory that the process had, in MiB.
    pub memory: f64,
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "the report shows three digits")]
    pub(crate) fn new(checksum: u64, latencies: &Histogram<u64>, elapsed: Duration, worked: Duration) -> Result<Self> {
        let answers = latencies.len() as f64;
        let milliseconds = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e6;
        Ok(Measured {
            checksum,
            per_second: answers / elapsed.as_secs_f64(),
            median: milliseconds(0.5),
            p99: milliseconds(0.99),
            worked: worked.as_secs_f64() * 1e6 / answers,
            memory: usage()?.max_rss() as f64 / 1024.0,
        })
    }
}

/// The time that the processor has worked for this process.
pub(crate) fn processor_time() -> Result<Duration> {
    let usage = usage()?;
    let microseconds = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let worked = microseconds(usage.user_time()) + microseconds(usage.system_time());
    Ok(Duration::from_micros(u64::try_from(worked)?))
}

fn usage() -> Result<Usage> {
    Ok(getrusage(UsageWho::RUSAGE_SELF)?)
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measured { checksum, per_second, median, p99, worked, memory } = self;
        write!(f, "{checksum} {per_second} {median} {p99} {worked} {memory}")
    }
}

impl FromStr for Measured {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(line: &str) -> Result<Self> {
        let (checksum, numbers) = line.trim().split_once(' ').ok_or("a program printed no numbers")?;
        let numbers: Vec<f64> = numbers.split(' ').map(str::parse).collect::<std::result::Result<_, _>>()?;
        let [per_second, median, p99, worked, memory] = numbers[..] else {
            return Err(format!("a program printed {} numbers", numbers.len()).into());
        };
        Ok(Measured { checksum: checksum.parse()?, per_second, median, p99, worked, memory })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() -> Result<()> {
        let mut latencies = Histogram::new(3)?;
        (1..=1_000).try_for_each(|millisecond| latencies.record(millisecond * 1_000_000))?;
        let measured = Measured::new(7, &latencies, Duration::from_secs(2), Duration::from_millis(1_500))?;
        assert!((measured.per_second - 500.0).abs() < 1e-9);
        assert!((measured.worked - 1_500.0).abs() < 1e-9);
        assert!((measured.median - 500.0).abs() < 1.0, "{measured}");
        assert!((measured.p99 - 990.0).abs() < 1.0, "{measured}");
        assert_eq!(measured.to_string().parse::<Measured>()?, measured);
        Ok(())
    }

    #[test]
    fn what_is_no_measurement_is_refused() {
        for line in ["", "7", "7 1 2 3 4", "7 1 2 3 4 x", "x 1 2 3 4 5"] {
            assert!(line.parse::<Measured>().is_err(), "{line}");
        }
    }
}
