//! Random values, the same on each run.

/// A small generator (xorshift), seeded, so that a failure can be repeated.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        i64::try_from(self.bits() >> 2).expect("62 bits fit") % limit.max(1)
    }

    pub(crate) fn name(&mut self) -> String {
        // Few names, so that orders have ties.
        ["a", "b", "B", "", "'"][usize::try_from(self.below(5)).expect("small")].to_owned()
    }

    pub(crate) fn one_of(&mut self, ids: &[i64]) -> Option<i64> {
        let position = self.below(i64::try_from(ids.len()).expect("few") + 1);
        ids.get(usize::try_from(position).expect("small")).copied()
    }
}
