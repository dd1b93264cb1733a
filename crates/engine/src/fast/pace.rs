//! Whether what was learned pays: where too few tries succeed, a thread pauses, longer each time.

/// After how many tries it is looked whether they succeed.
const WINDOW: u32 = 256;

/// How many tries may fail only because there was something to learn, if hardly one of so many more succeeds: at first, and
/// after a pause. Where that is so there are more orders than could ever be learned, and to learn one costs as much as to
/// check dozens of events.
const LESSONS: u32 = 512;
const LESSONS_AFTER_PAUSE: u32 = 128;
const ONE_OF: u32 = 32;

/// The first pause, in events. Each that follows is twice as long.
const PAUSE: u32 = 512;

/// The longest pause.
const MAX_PAUSE: u32 = 1 << 20;

/// How often tries succeed.
#[derive(Debug, Default)]
pub(super) struct Pace {
    tries: u32,
    hits: u32,
    /// How many tries were taken back, which aren't among the others.
    lessons: u32,
    /// How many events go without a try.
    pause: u32,
    next_pause: u32,
}

/// Whether the tries of a window were worth it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pays {
    Yes,
    No,
}

impl Pace {
    /// Whether the next event is worth a try.
    #[inline(always)]
    pub(super) fn is_on(&mut self) -> bool {
        if self.pause > 0 {
            self.pause -= 1;
            return false;
        }
        true
    }

    /// Whether there is no pause.
    pub(super) fn is_running(&self) -> bool {
        self.pause == 0
    }

    /// Whether the next events, so many, are worth a try. A pause ends between them, not within.
    pub(super) fn is_on_for(&mut self, events: u32) -> bool {
        let is_on = self.pause == 0;
        self.pause = self.pause.saturating_sub(events);
        is_on
    }

    /// Counts a try. At the end of a window tells whether they paid; if they didn't, there is a pause.
    #[inline(always)]
    pub(super) fn count(&mut self, hit: bool) -> Option<Pays> {
        self.count_all(1, u32::from(hit))
    }

    /// The same of many tries.
    #[inline(always)]
    pub(super) fn count_all(&mut self, tries: u32, hits: u32) -> Option<Pays> {
        self.tries += tries;
        self.hits += hits;
        (self.tries >= WINDOW || self.learns_in_vain()).then(|| self.end_window())
    }

    /// Whether much was learned that is of no use.
    #[inline(always)]
    fn learns_in_vain(&self) -> bool {
        let patience = if self.next_pause == 0 { LESSONS } else { LESSONS_AFTER_PAUSE };
        self.lessons >= patience && self.hits < self.lessons / ONE_OF
    }

    #[cold]
    fn end_window(&mut self) -> Pays {
        let is_in_vain = self.hits < self.tries / 4 || self.learns_in_vain();
        let pays = if is_in_vain { Pays::No } else { Pays::Yes };
        (self.tries, self.hits, self.lessons) = (0, 0, 0);
        match pays {
            Pays::Yes => self.next_pause = 0,
            Pays::No => {
                self.next_pause = self.next_pause.clamp(PAUSE / 2, MAX_PAUSE / 2) * 2;
                self.pause = self.next_pause;
            }
        }
        pays
    }

    /// Notes that one of the tries that were counted succeeded later.
    pub(super) fn hit_late(&mut self) {
        self.hits += 1;
    }

    /// Takes a try back that failed only because there was something to learn, which was.
    pub(super) fn forgive(&mut self) {
        self.tries = self.tries.saturating_sub(1);
        self.lessons += 1;
    }

    /// How many tries of this window succeeded.
    #[cfg(test)]
    pub(super) fn hits(&self) -> u32 {
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many events there was a pause, each of them either proven or learned from.
    fn first_pause(pace: &mut Pace, is_hit: impl Fn(u32) -> bool) -> Option<u32> {
        (1..10_000).find(|event| {
            let hit = is_hit(*event);
            let pays = pace.count(hit);
            if pays.is_none() && !hit {
                pace.forgive();
            }
            pays == Some(Pays::No)
        })
    }

    #[test]
    fn who_learns_in_vain_pauses_and_after_a_pause_sooner() {
        let mut pace = Pace::default();
        assert_eq!(first_pause(&mut pace, |_| false), Some(LESSONS + 1));
        assert!(!pace.is_running());
        assert!((0..PAUSE).all(|_| !pace.is_on()));
        assert_eq!(first_pause(&mut pace, |_| false), Some(LESSONS_AFTER_PAUSE + 1));
        assert!((0..2 * PAUSE).all(|_| !pace.is_on()), "twice as long");
        assert!(pace.is_on());
    }

    #[test]
    fn whoever_proves_one_of_twenty_goes_on_learning() {
        let mut pace = Pace::default();
        assert_eq!(first_pause(&mut pace, |event| event % 20 == 0), None);
        assert!(pace.is_running());
    }
}
