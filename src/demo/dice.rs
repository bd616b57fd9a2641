//! Chance that falls the same way at every start: SplitMix64 with a fixed seed.

use chrono::TimeDelta;

/// A source of numbers that only look random. Never for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that always fall as this seed says.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both possible.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        let width = u64::from(most.saturating_sub(least)) + 1;
        let within = u32::try_from(self.next() % width).expect("less than 2³² by the modulus");
        least + within
    }

    /// True in so many of a hundred throws.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.between(1, 100) <= chance
    }

    /// One of `choices`, which are not empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let last = u32::try_from(choices.len().saturating_sub(1)).unwrap_or(u32::MAX);
        &choices[self.between(0, last) as usize]
    }

    /// Brings `items` into another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.between(0, u32::try_from(at).unwrap_or(u32::MAX)) as usize;
            items.swap(at, other);
        }
    }

    /// So many minutes, give or take.
    pub fn minutes(&mut self, least: u32, most: u32) -> TimeDelta {
        TimeDelta::minutes(self.between(least, most).into())
            + TimeDelta::seconds(self.between(0, 59).into())
    }

    /// So many hours, give or take.
    pub fn hours(&mut self, least: u32, most: u32) -> TimeDelta {
        self.minutes(least * 60, most * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_fall_the_same_way_each_time_and_stay_within_bounds() {
        let throw = || {
            let mut dice = Dice::new(7);
            (0..1000).map(|_| dice.between(3, 9)).collect::<Vec<_>>()
        };
        let thrown = throw();
        assert_eq!(thrown, throw());
        assert_eq!(thrown.iter().min(), Some(&3));
        assert_eq!(thrown.iter().max(), Some(&9));
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..50).collect();
        Dice::new(1).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
