//! A list that forgets its oldest entries and still knows how many there were.

use std::collections::VecDeque;

/// Entries are numbered from 1 in the order in which they came.
#[derive(Debug)]
pub(crate) struct Log<T> {
    entries: VecDeque<T>,
    max: usize,
    total: u64,
}

impl<T> Log<T> {
    pub(crate) fn new(max: usize) -> Self {
        Self { entries: VecDeque::new(), max: max.max(1), total: 0 }
    }

    /// Adds the entry that `make` builds from its number.
    pub(crate) fn push(&mut self, make: impl FnOnce(u64) -> T) -> u64 {
        if self.entries.len() == self.max {
            self.entries.pop_front();
        }
        self.total += 1;
        self.entries.push_back(make(self.total));
        self.total
    }

    /// The entry of this number, unless it has been forgotten.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let index = number.checked_sub(self.forgotten() + 1)?;
        self.entries.get_mut(usize::try_from(index).ok()?)
    }

    /// The entries after the one of this number, oldest first.
    pub(crate) fn after(&self, number: u64) -> impl Iterator<Item = &T> {
        let skipped = number.saturating_sub(self.forgotten());
        self.entries.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX))
    }

    /// How many there ever were.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// How many have been forgotten.
    pub(crate) fn forgotten(&self) -> u64 {
        self.total - self.entries.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_and_the_numbers_stay() {
        let mut log = Log::new(2);
        for expected in 1..=3 {
            assert_eq!(log.push(|number| number * 10), expected);
        }
        assert_eq!((log.total(), log.forgotten()), (3, 1));
        assert_eq!(log.get_mut(1), None);
        assert_eq!(log.get_mut(3), Some(&mut 30));
        assert_eq!(log.get_mut(4), None);
        assert_eq!(log.after(0).collect::<Vec<_>>(), [&20, &30]);
        assert_eq!(log.after(2).collect::<Vec<_>>(), [&30]);
        assert_eq!(log.after(u64::MAX).count(), 0);
    }
}
