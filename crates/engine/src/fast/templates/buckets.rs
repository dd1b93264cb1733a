//! Which template a line may be like: told by the name of its type, how many marks it has, and the text at some of them.
//!
//! The first two tell a bucket, which is the root of a tree. Each node looks at the text at one mark, and knows up to four
//! that may stand there; behind each is a template or another node, and so is what has none of them.

use super::super::index::{MAX_MARK, Window};
use super::super::text::eight_at;
use super::NONE;

/// How many texts a node knows.
const PLACES: usize = 4;

/// How many buckets there are, as a power of two.
const BITS: u32 = 10;

/// How many nodes lie behind one another at most.
const MAX_DEPTH: usize = 12;

/// After how many lines that end at a node and couldn't become templates no other is tried.
const MAX_REFUSED: u8 = 2;

/// A line has so many marks at most, with the line feeds at both ends.
const MAX_MARKS: usize = MAX_MARK + 1;

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// First those that are buckets, then others.
    nodes: Vec<Node>,
    /// The mark that begins the name of the event's type, if it has one.
    name: Option<u8>,
    /// What stands behind each mark, by template.
    heads: Vec<Heads>,
}

/// The text at each mark, as far as it is always the same: so many bytes, of at most eight.
pub(super) type Heads = Vec<(u64, u32)>;

/// What is behind a node: the number of a template or of a node, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target(u16);

impl Target {
    const NOTHING: Self = Self(NONE);
    const IS_NODE: u16 = 1 << 15;

    #[inline(always)]
    fn node(self) -> Option<usize> {
        (self != Self::NOTHING && self.0 & Self::IS_NODE != 0).then_some((self.0 & !Self::IS_NODE).into())
    }

    #[inline(always)]
    fn template(self) -> Option<u16> {
        (self.0 & Self::IS_NODE == 0).then_some(self.0)
    }

    /// That of the next node that is made.
    fn next_node(nodes: &[Node]) -> Option<Self> {
        let number = u16::try_from(nodes.len()).ok().filter(|number| *number < NONE & !Self::IS_NODE)?;
        Some(Self(number | Self::IS_NODE))
    }
}

/// Tells lines apart by what stands at one mark.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Node {
    /// What may stand there, and the bits that are looked at. Places that nothing is known of are like the first.
    heads: [u64; PLACES],
    mask: u64,
    targets: [Target; PLACES],
    /// What is behind if it is none of them.
    other: Target,
    tell: u8,
    count: u8,
    /// How many lines couldn't become templates.
    refused: u8,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            heads: [0; PLACES],
            mask: 0,
            targets: [Target::NOTHING; PLACES],
            other: Target::NOTHING,
            tell: 0,
            count: 0,
            refused: 0,
        }
    }
}

impl Node {
    /// What is behind this head.
    #[inline(always)]
    fn behind(&self, head: u64) -> Target {
        let mut target = self.other;
        for (known, behind) in self.heads.iter().zip(self.targets) {
            target = if *known == head { behind } else { target };
        }
        target
    }

    /// Sets a place, and with the first those that nothing is known of.
    fn set(&mut self, place: usize, head: u64, target: Target) {
        let count = usize::from(self.count);
        for (at, (known, behind)) in self.heads.iter_mut().zip(&mut self.targets).enumerate() {
            if at == place || place == 0 && at >= count {
                (*known, *behind) = (head, target);
            }
        }
    }
}

/// The template that a line may be like, if there is one, and whether another could be learned.
#[derive(Clone, Copy, Debug)]
pub(in crate::fast) struct Choice(u32);

impl Choice {
    const NO_TEMPLATE: u32 = 1 << 16;
    const MAY_LEARN: u32 = 1 << 17;

    #[inline(always)]
    fn new(template: Option<u16>, may_learn: bool) -> Self {
        let template = template.map_or(Self::NO_TEMPLATE, u32::from);
        Self(template | if may_learn { Self::MAY_LEARN } else { 0 })
    }

    /// That of a line that can't be like any template.
    #[inline(always)]
    pub(super) fn nothing() -> Self {
        Self::new(None, false)
    }

    /// The number of the template; one that nobody has if there is none.
    #[inline(always)]
    pub(super) fn template(self) -> usize {
        (self.0 & !Self::MAY_LEARN) as usize
    }

    #[inline(always)]
    pub(super) fn may_learn(self) -> bool {
        self.0 & Self::MAY_LEARN != 0
    }
}

/// The window of a line with these marks, and how many they are; `None` if they are too many.
fn window_of(marks: &[u32]) -> Option<(Window, usize)> {
    let mut window = [0; MAX_MARK + 2];
    window.get_mut(..marks.len()).filter(|_| marks.len() <= MAX_MARKS)?.copy_from_slice(marks);
    Some((window, marks.len()))
}

/// A mark that tells two templates apart: which, the bits to look at, and what they are of each.
fn tell(a: &Heads, b: &Heads) -> Option<(u8, u64, [u64; 2])> {
    a.iter().zip(b).zip(0..).find_map(|(((a, a_length), (b, b_length)), mark)| {
        let mask = bits(*a_length.min(b_length));
        (a & mask != b & mask).then_some((mark, mask, [a & mask, b & mask]))
    })
}

/// The bits of so many bytes, at most eight.
fn bits(bytes: u32) -> u64 {
    u64::MAX.checked_shr(u64::BITS - 8 * bytes).unwrap_or_default()
}

impl Buckets {
    /// The template that a line with so many marks may be like, and whether another could be learned.
    #[inline(always)]
    pub(super) fn find(&self, text: &[u8], window: &Window, count: usize) -> Choice {
        if count > MAX_MARKS {
            return Choice::nothing();
        }
        match self.end(text, window, count) {
            Some((_, node, target)) => Choice::new(target.template(), node.refused < MAX_REFUSED),
            None => Choice::new(None, true),
        }
    }

    /// The last node on the way of a line, with its number, and what is behind it.
    #[inline(always)]
    fn end(&self, text: &[u8], window: &Window, count: usize) -> Option<(usize, &Node, Target)> {
        let mut at = self.place(text, window, count);
        loop {
            let node = self.nodes.get(at)?;
            let target = node.behind(eight_at(text, window[usize::from(node.tell)] as usize) & node.mask);
            // Those that follow have greater numbers, so it ends.
            match target.node() {
                Some(next) => at = next,
                None => return Some((at, node, target)),
            }
        }
    }

    /// The number of the bucket of a line.
    #[inline(always)]
    fn place(&self, text: &[u8], window: &Window, count: usize) -> usize {
        let name = match self.name {
            // Of a line with fewer marks it is something else, which does no harm.
            Some(name) => eight_at(text, window[usize::from(name) + 1].wrapping_sub(8) as usize),
            None => 0,
        };
        let sum = name.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (count as u64);
        (sum.wrapping_mul(0xD134_2543_DE82_EF95) >> (u64::BITS - BITS)) as usize
    }

    /// Notes that a line couldn't become a template.
    pub(super) fn refuse(&mut self, text: &[u8], marks: &[u32]) {
        let Some((window, count)) = window_of(marks) else { return };
        let at = self.end(text, &window, count).map(|(at, ..)| at);
        if let Some(node) = at.and_then(|at| self.nodes.get_mut(at)) {
            node.refused = node.refused.saturating_add(1);
        }
    }

    /// Adds the template of this number for a line. `name` is the mark that begins the name of its type. Gives the template
    /// that it can't be told from, or the number of none; `None` if there is no place for it.
    pub(super) fn add(
        &mut self,
        template: u16,
        text: &[u8],
        marks: &[u32],
        name: Option<u8>,
        heads: Heads,
    ) -> Option<u16> {
        if self.nodes.is_empty() {
            self.nodes = vec![Node::default(); 1 << BITS];
            self.name = name;
        }
        if self.name != name || self.heads.len() != usize::from(template) {
            return None;
        }
        let (window, marks) = window_of(marks)?;
        let mut at = self.place(text, &window, marks);
        for _ in 0..MAX_DEPTH {
            let next = Target::next_node(&self.nodes)?;
            let node = self.nodes.get_mut(at)?;
            if node.count == 0 {
                // One alone is told by no bytes at all.
                node.set(0, 0, Target(template));
                node.count = 1;
                self.heads.push(heads);
                return Some(NONE);
            }
            let count = usize::from(node.count);
            let (head, length) = *heads.get(usize::from(node.tell))?;
            let head = head & node.mask;
            let is_told = bits(length) & node.mask == node.mask;
            let known = node.heads[..count].iter().position(|known| *known == head).filter(|_| is_told);
            let Some(place) = known else {
                if is_told && count < PLACES {
                    node.set(count, head, Target(template));
                    node.count += 1;
                    self.heads.push(heads);
                    return Some(NONE);
                }
                // What is told by too few bytes is hoped to be none of those that are known.
                if node.other == Target::NOTHING {
                    node.other = next;
                    self.nodes.push(Node::default());
                }
                at = self.nodes.get(at)?.other.node()?;
                continue;
            };
            let behind = node.targets[place];
            let Some(elder) = behind.template() else {
                at = behind.node()?;
                continue;
            };
            let Some((tell, mask, texts)) = tell(self.heads.get(usize::from(elder))?, &heads) else {
                self.heads.push(heads);
                return Some(elder);
            };
            // The two get a node of their own, or this, if it has only the one.
            let mut own = Node { mask, tell, ..Node::default() };
            own.set(0, texts[0], behind);
            own.set(1, texts[1], Target(template));
            own.count = 2;
            if count == 1 {
                (own.other, own.refused) = (node.other, node.refused);
                *node = own;
            } else {
                node.set(place, head, next);
                self.nodes.push(own);
            }
            self.heads.push(heads);
            return Some(NONE);
        }
        None
    }

    /// Takes back the template that was added last, which has a template that it can't be told from.
    pub(super) fn take_back(&mut self) {
        self.heads.pop();
    }
}
