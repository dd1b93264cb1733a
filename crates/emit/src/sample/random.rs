//! The one source of chance: in goes a seed, out come numbers that are the same on every machine.
//!
//! `ChaCha8` is defined to the bit, and everything drawn from it here is integer arithmetic.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of a seed. Streams of one seed with different numbers have nothing to do with each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self(random)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 if there is none.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(bound);
        // The upper half of the product, which is below the bound.
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number below a bound that may not fit into 64 bits.
    pub(crate) fn below_wide(&mut self, bound: u128) -> u128 {
        match u64::try_from(bound) {
            Ok(bound) => u128::from(self.below(bound)),
            Err(_) => ((u128::from(self.bits()) << 64) | u128::from(self.bits())) % bound,
        }
    }

    /// An index of something that has `length` elements.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// An index that is small far more often than large: each power of two has the same share, so the first few of
    /// many are busy, and most are quiet.
    pub(crate) fn skewed_index(&mut self, length: usize) -> usize {
        let powers = usize::BITS - length.leading_zeros();
        let power = self.below(u64::from(powers)) + 1;
        self.index(length.min(1 << power))
    }

    /// True in `share` of `whole` cases.
    pub(crate) fn chance(&mut self, share: u64, whole: u64) -> bool {
        self.below(whole) < share
    }

    /// One of the elements.
    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.index(from.len()))
    }

    /// One of the elements, drawn by weight; if all weigh nothing, the first.
    pub(crate) fn pick_weighted<'t, T: Copy>(
        &mut self,
        from: &'t [T],
        weight: fn(T) -> u64,
    ) -> Option<&'t T> {
        let chosen = self.weighted(from.iter().map(|element| weight(*element)));
        from.get(chosen.unwrap_or(0))
    }

    /// An index drawn by weight, if any weight is above 0.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> Option<usize> {
        let mut left = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return Some(index);
            }
            left -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_everywhere_and_for_ever() {
        let mut random = Random::new(7, 0);
        let drawn: Vec<u64> = (0..4).map(|_| random.below(1000)).collect();
        assert_eq!(drawn, [157, 167, 704, 726]);
        assert_ne!(Random::new(7, 1).bits(), Random::new(7, 0).bits());
    }

    #[test]
    fn a_skewed_index_is_in_bounds_and_mostly_small() {
        let mut random = Random::new(1, 0);
        for length in [1, 2, 3, 1000] {
            assert!((0..500).all(|_| random.skewed_index(length) < length));
        }
        let small = (0..1000).filter(|_| random.skewed_index(1000) < 8).count();
        assert!(small > 250, "{small}");
    }

    #[test]
    fn weights_decide_and_nothing_is_drawn_from_nothing() {
        let mut random = Random::new(1, 0);
        assert!((0..100).all(|_| random.weighted([0, 3, 0].into_iter()) == Some(1)));
        assert_eq!(random.weighted([0, 0].into_iter()), None);
        assert_eq!(random.pick::<u8>(&[]), None);
    }
}
