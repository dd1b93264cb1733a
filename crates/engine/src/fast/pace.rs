//! Whether what was learned pays: where too few tries succeed, a thread pauses, longer each time.

/// After how many tries it is looked whether they succeed.
const WINDOW: u32 = 256;

/// The first pause, in events. Each that follows is twice as long.
const PAUSE: u32 = 512;

/// The longest pause.
const MAX_PAUSE: u32 = 1 << 20;

/// How often tries succeed.
#[derive(Debug, Default)]
pub(super) struct Pace {
    tries: u32,
    hits: u32,
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
        (self.tries >= WINDOW).then(|| self.end_window())
    }

    #[cold]
    fn end_window(&mut self) -> Pays {
        let pays = if self.hits < self.tries / 4 { Pays::No } else { Pays::Yes };
        (self.tries, self.hits) = (0, 0);
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

    /// Takes a try back that failed only because there was something to learn.
    pub(super) fn forgive(&mut self) {
        self.tries = self.tries.saturating_sub(1);
    }

    /// How many tries of this window succeeded.
    #[cfg(test)]
    pub(super) fn hits(&self) -> u32 {
        self.hits
    }
}
