//! Templates: lines that are like one that was proven before are proven at once.
//!
//! Producers write the same members in the same order again and again. So the type of an event and the number of marks of its
//! line nearly tell what the line is made of: *runs*, the text that is always the same, and values between. A template says
//! where each stands, counted from the marks, which are known before anything of the line was looked at. So nothing here
//! waits for anything before it: all runs are compared, then all classes of bytes looked up, then the other values
//! checked.
//!
//! That is a proof since runs and values cover the line without a gap: a run begins where the value before it ends, and a
//! value ends where the next run begins or at the quote that ends it. The runs have all names and all punctuation, so the
//! line has the members of the event that the template was learned from, in their order, each once.

mod buckets;
mod conditions;
mod learn;
mod parts;
mod prove;

use std::ops::Range;

use super::check::Proof;
use super::index::Marks;
use super::level::Level;
use super::pace::{Pace, Pays};
use crate::compile::Tables;
use buckets::Buckets;
pub(super) use buckets::Choice;
use parts::{Classes, Condition, Form, Pool, Run, Stretch, Template, Time, Value};

/// How many templates a thread keeps.
const MAX_TEMPLATES: usize = 512;

/// There is no sibling.
const NONE: u16 = u16::MAX;

/// How many lines a thread may learn from, and how many more with each window of tries that paid.
const LESSONS: u32 = 1024;
const LESSONS_A_WINDOW: u32 = 8;

/// What a thread learned of whole lines.
#[derive(Debug)]
pub(super) struct Templates {
    pub(super) pace: Pace,
    /// How many lines may still be learned from.
    lessons: u32,
    /// How many templates there were when those for the lines of a piece were chosen.
    chosen_among: usize,
    known: Known,
}

impl Default for Templates {
    fn default() -> Self {
        Self { pace: Pace::default(), lessons: LESSONS, chosen_among: 0, known: Known::default() }
    }
}

/// What there is of templates. What they are made of stands one behind the other.
#[derive(Debug, Default)]
struct Known {
    buckets: Buckets,
    all: Vec<Template>,
    runs: Vec<Run>,
    classes: Vec<Classes>,
    times: Vec<Time>,
    forms: Vec<Form>,
    values: Vec<Value>,
    conditions: Vec<Condition>,
    same: Vec<[Stretch; 2]>,
    /// Elements of arrays that must differ from those before them.
    unique: Vec<Vec<Stretch>>,
    texts: Pool,
    required: Pool,
    tables: Tables,
}

/// What the templates say of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Proven,
    Unproven,
    /// There is no template, and one may be learned.
    Unknown,
}

impl Templates {
    /// Chooses the templates that the lines of a piece may be like: all at once, since each choice takes its time, but none
    /// waits for another.
    pub(super) fn choose(&mut self, text: &[u8], marks: &Marks, chosen: &mut Vec<Choice>) {
        chosen.clear();
        self.chosen_among = self.known.all.len();
        if self.pace.is_running() && !self.known.all.is_empty() {
            let mut before = 0;
            for end in &marks.ends {
                let end = *end as usize;
                chosen
                    .push(self.known.buckets.find(text, marks.places.get(before..=end).unwrap_or_default()));
                before = end;
            }
        }
    }

    /// Whether the line with these marks, from the line feed before it to its own, is proven by the template that was chosen.
    #[inline(always)]
    pub(super) fn prove<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        marks: &[u32],
        chosen: Option<Choice>,
    ) -> Answer {
        let choice = match chosen {
            // Without a template, one may have been learned meanwhile.
            Some(choice) if choice.is_template() || self.known.all.len() == self.chosen_among => choice,
            _ => self.known.buckets.find(proof.text, marks),
        };
        // No closures, which would be compiled without the level's instructions.
        let mut proven = false;
        let mut next = self.known.all.get(choice.template());
        while let Some(template) = next {
            proven = self.known.proves::<L>(template, proof, marks).is_some();
            if proven {
                break;
            }
            next = self.known.all.get(usize::from(template.sibling));
        }
        if let Some(pays) = self.pace.count(proven) {
            self.end_window(pays);
        }
        if proven {
            Answer::Proven
        } else if choice.may_learn() && self.lessons > 0 && self.known.all.len() < MAX_TEMPLATES {
            Answer::Unknown
        } else {
            Answer::Unproven
        }
    }

    #[cold]
    fn end_window(&mut self, pays: Pays) {
        match pays {
            Pays::Yes => self.lessons = (self.lessons + LESSONS_A_WINDOW).min(LESSONS),
            Pays::No if self.known.all.len() == MAX_TEMPLATES || self.lessons == 0 => {
                self.known = Known::default();
                self.lessons = LESSONS;
            }
            Pays::No => {}
        }
    }

    /// Learns from a line that was just proven: its slots are in the proof.
    #[inline(never)]
    pub(super) fn learn<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        event_type: usize,
        range: Range<usize>,
        marks: &[u32],
    ) {
        self.lessons = self.lessons.saturating_sub(1);
        if self.known.add::<L>(proof, event_type, range, marks).is_some() {
            self.pace.forgive();
        } else {
            self.known.buckets.refuse(proof.text, marks);
        }
    }
}
