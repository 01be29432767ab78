//! The life of a right as a bar.

use super::{Paint, span};

/// The cells of a bar.
const CELLS: u64 = 30;

/// From when to when the bars of a token reach, and where now is. All are Unix times in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeline {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) now: u64,
}

impl Timeline {
    /// The bar of what lasts until `end`: what is over, now, and what is left.
    pub(crate) fn bar(self, end: u64, paint: Paint) -> String {
        let (now, end) = (self.cell(self.now), self.cell(end));
        let alive = |cell: u64| cell < end;
        let run = |cells: std::ops::Range<u64>| -> String {
            cells
                .map(|cell| if alive(cell) { '━' } else { '·' })
                .collect()
        };
        // Now is a cell of the bar only where it is within the life of the token.
        if self.now < self.from || self.now >= self.to {
            return paint.dim(&run(0..CELLS));
        }
        let now = now.min(CELLS - 1);
        let mark = match alive(now) {
            true => paint.good("●"),
            false => paint.bad("●"),
        };
        let lasting = end.clamp(now + 1, CELLS);
        let parts = [
            paint.dim(&run(0..now)),
            mark,
            paint.good(&run(now + 1..lasting)),
            paint.dim(&run(lasting..CELLS)),
        ];
        parts.concat()
    }

    /// What is to be said beside the bar.
    pub(crate) fn left(self, end: u64) -> String {
        match end.checked_sub(self.now) {
            Some(0) => "ends now".to_owned(),
            Some(left) => format!("{} left", span(left)),
            None => format!("ended {} ago", span(self.now - end)),
        }
    }

    fn cell(self, moment: u64) -> u64 {
        let whole = (self.to - self.from).max(1);
        let part = moment.clamp(self.from, self.to) - self.from;
        // Rounded up, so that what lasts at all is seen.
        match moment > self.from {
            true if moment == self.now => part * CELLS / whole,
            _ => (part * CELLS).div_ceil(whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;
    use agora_token::clock_and_randomness::System;

    fn plain() -> Paint {
        Paint::of(&World {
            variable: &|_| None,
            input: &mut std::io::empty(),
            output: &mut Vec::new(),
            errors: &mut Vec::new(),
            terminal: false,
            errors_terminal: false,
            system: &System,
        })
    }

    fn bar(now: u64, end: u64) -> String {
        let line = Timeline {
            from: 1000,
            to: 4000,
            now,
        };
        let bar = line.bar(end, plain());
        assert_eq!(bar.chars().count() as u64, CELLS, "{now} {end}");
        bar
    }

    #[test]
    fn now_stands_where_it_is() {
        assert_eq!(bar(1000, 4000), format!("●{}", "━".repeat(29)));
        assert_eq!(
            bar(2500, 4000),
            format!("{}●{}", "━".repeat(15), "━".repeat(14))
        );
        assert_eq!(bar(3999, 4000), format!("{}●", "━".repeat(29)));
        assert_eq!(
            bar(2500, 2000),
            format!("{}{}●{}", "━".repeat(10), "·".repeat(5), "·".repeat(14))
        );
        assert_eq!(
            bar(1000, 2500),
            format!("●{}{}", "━".repeat(14), "·".repeat(15))
        );
    }

    #[test]
    fn before_and_after_there_is_no_now() {
        for now in [0, 4000, u64::MAX] {
            assert_eq!(bar(now, 4000), "━".repeat(30));
            assert_eq!(bar(now, 1000), "·".repeat(30));
        }
    }

    #[test]
    fn no_times_are_too_strange() {
        for (from, to, now) in [(0, 0, 0), (5, 5, 5), (0, u32::MAX.into(), 1)] {
            let line = Timeline { from, to, now };
            let _ = line.bar(7, plain());
            let _ = line.left(7);
        }
    }
}
