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
use super::index::{Marks, Own};
use super::level::Level;
use super::pace::{Pace, Pays};
use crate::compile::Tables;
use buckets::Buckets;
pub(super) use buckets::Choice;
use parts::{Block, Classes, Condition, Form, Pool, Required, Stretch, Template, Text, Time, Value, Wanted};

/// How many templates a thread keeps.
const MAX_TEMPLATES: usize = 2048;

/// There is no sibling.
const NONE: u16 = u16::MAX;

/// How many lines a thread may learn from, and how many more with each window of tries that paid.
const LESSONS: u32 = 2048;
const LESSONS_A_WINDOW: u32 = 8;

/// What a thread learned of whole lines.
#[derive(Debug)]
pub(super) struct Templates {
    pub(super) pace: Pace,
    /// How many lines may still be learned from.
    lessons: u32,
    /// How many templates there were when the lines of a piece were looked at.
    asked_among: usize,
    /// Whether these lines were tried at all.
    is_on: bool,
    known: Known,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            pace: Pace::default(),
            lessons: LESSONS,
            asked_among: 0,
            is_on: false,
            known: Known::default(),
        }
    }
}

/// What there is of templates. What they are made of stands one behind the other.
#[derive(Debug, Default)]
struct Known {
    buckets: Buckets,
    all: Vec<Template>,
    /// Blocks of runs: those that are always the same, and those with classes in them.
    plain: Vec<Block>,
    mixed: Vec<Block>,
    classes: Vec<Classes>,
    times: Vec<Time>,
    forms: Vec<Form>,
    texts: Vec<Text>,
    /// What these tell, for where they don't.
    told: Vec<Value>,
    conditions: Vec<Condition>,
    same: Vec<[Stretch; 2]>,
    /// What is none of these.
    others: Vec<Value>,
    /// Elements of arrays that must differ from those before them.
    unique: Vec<Vec<Stretch>>,
    /// What runs have to be, those without classes and those with, and strings of classes.
    wanted_plain: Pool<Wanted>,
    wanted_mixed: Pool<(Wanted, Required)>,
    required: Pool<Required>,
    tables: Tables,
}

/// What the templates say of a line that was not proven with those of its piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Proven,
    Unproven,
    /// There is no template, and one may be learned.
    Unknown,
}

impl Templates {
    /// Looks which lines of a piece, so many, are proven by a template, and adds the numbers of the others, from 0, to a
    /// list. `chosen` is only worked in.
    #[inline(always)]
    pub(super) fn prove_all<'t, L: Level>(
        &mut self,
        proof: &mut Proof<'_, 't>,
        (marks, lines): (&'t Marks, u32),
        chosen: &mut Vec<Choice>,
        open: &mut Vec<u32>,
    ) {
        chosen.clear();
        self.asked_among = self.known.all.len();
        self.is_on = self.pace.is_on_for(lines);
        if !self.is_on {
            open.extend(0..lines);
            return;
        }
        // Each choice takes its time, but none waits for another.
        for own in marks.lines() {
            chosen.push(match own {
                Some(own) => self.known.buckets.find(proof.text, own.window, own.count),
                None => Choice::nothing(),
            });
        }
        for (line, (own, choice)) in (0..).zip(marks.lines().zip(&*chosen)) {
            // No closure, which would be compiled without the level's instructions.
            let is_proven = match own {
                Some(own) => self.known.is_proven::<L>(*choice, proof, own),
                None => false,
            };
            if !is_proven {
                open.push(line);
            }
        }
        let others = u32::try_from(open.len()).unwrap_or(lines);
        if let Some(pays) = self.pace.count_all(lines, lines.wrapping_sub(others)) {
            self.end_window(pays);
        }
    }

    /// Whether a line that wasn't proven with its piece is proven by a template that was learned meanwhile, or whether there
    /// is anything to learn.
    #[inline(always)]
    pub(super) fn prove<'t, L: Level>(&mut self, proof: &mut Proof<'_, 't>, own: Own<'t>) -> Answer {
        if !self.is_on {
            return Answer::Unproven;
        }
        let choice = self.known.buckets.find(proof.text, own.window, own.count);
        let has_more = self.known.all.len() != self.asked_among;
        if has_more && self.known.is_proven::<L>(choice, proof, own) {
            self.pace.hit_late();
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

    /// Learns from a line that was just proven: its slots are in the proof. Tells whether there is a template now.
    #[inline(never)]
    pub(super) fn learn<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        event_type: usize,
        range: Range<usize>,
        marks: &[u32],
    ) -> bool {
        self.lessons = self.lessons.saturating_sub(1);
        let is_made = self.known.add::<L>(proof, event_type, range, marks).is_some();
        if is_made {
            self.pace.forgive();
        } else {
            self.known.buckets.refuse(proof.text, marks);
        }
        is_made
    }
}
