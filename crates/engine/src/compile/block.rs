//! Blocks: what 64 bytes have to be, place by place: a fixed byte, or one of a class.
//!
//! Whatever is next to each other in an event and of a fixed length is checked as one block, or a few: a piece of text
//! between two values, an identifier, both together.

use std::ops::Range;

use super::program::Row;

/// What one byte has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Expected {
    Byte(u8),
    Class(Row),
}

/// What up to 64 bytes have to be.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Block {
    /// The fixed bytes, at the places that have one.
    pub(crate) literal: [u8; 64],
    /// The bits of the classes, at the places that have one: bits of the table.
    pub(crate) required: [u8; 64],
    /// The places with a fixed byte.
    pub(crate) fixed: u64,
    /// The places with a class.
    pub(crate) classed: u64,
    pub(crate) table: u32,
    rows: (u32, u32),
}

/// For each ASCII character the classes that it belongs to, a bit each.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Table(pub(crate) [u8; 128]);

impl Table {
    /// The table of these classes, at most eight, a bit each in their order.
    pub(crate) fn of(rows: &[Row]) -> Self {
        let mut table = Self::default();
        for (bit, row) in rows.iter().enumerate().take(MAX_CLASSES) {
            for (byte, classes) in (0u8..).zip(&mut table.0) {
                *classes |= u8::from(row.has(byte)) << bit;
            }
        }
        table
    }
}

impl Default for Table {
    fn default() -> Self {
        Self([0; 128])
    }
}

/// How many classes a table may have.
pub(crate) const MAX_CLASSES: usize = 8;

/// The classes, each once.
pub(crate) fn distinct<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<Row> {
    let mut distinct = Vec::new();
    for row in rows {
        if !distinct.contains(row) {
            distinct.push(*row);
        }
    }
    distinct
}

/// Tables, each with its classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables(Vec<(Vec<Row>, Table)>);

impl Tables {
    /// The index of a table that has all these classes, a bit each; `None` if they are too many for one.
    pub(crate) fn with(&mut self, rows: &[Row]) -> Option<usize> {
        let distinct = distinct(rows.iter());
        if distinct.len() > MAX_CLASSES {
            return None;
        }
        let fits = |known: &[Row]| {
            known.len() + distinct.iter().filter(|row| !known.contains(row)).count() <= MAX_CLASSES
        };
        let at = self.0.iter().position(|(known, _)| fits(known)).unwrap_or_else(|| {
            self.0.push((Vec::new(), Table([0; 128])));
            self.0.len() - 1
        });
        let (known, table) = &mut self.0[at];
        for row in distinct {
            if !known.contains(&row) {
                let bit = 1 << known.len();
                known.push(row);
                for (byte, classes) in (0u8..).zip(&mut table.0) {
                    if row.has(byte) {
                        *classes |= bit;
                    }
                }
            }
        }
        Some(at)
    }

    #[inline(always)]
    pub(crate) fn get(&self, at: usize) -> Option<&Table> {
        self.0.get(at).map(|(_, table)| table)
    }

    /// The bit of a class in a table.
    pub(crate) fn bit(&self, at: usize, row: &Row) -> Option<u8> {
        Some(1 << self.0.get(at)?.0.iter().position(|known| known == row)?)
    }
}

/// Many blocks, with what they share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    all: Vec<Block>,
    tables: Tables,
    /// The classes of each block once more, with their places, for processors that look up one class at a time.
    rows: Vec<(Row, u64)>,
}

impl Blocks {
    /// Adds blocks for this text, one for each 64 bytes; `None` if one of them has too many classes.
    pub(crate) fn add(&mut self, text: &[Expected]) -> Option<Range<u32>> {
        let first = u32::try_from(self.all.len()).ok()?;
        for part in text.chunks(64) {
            let block = self.block(part)?;
            self.all.push(block);
        }
        Some(first..u32::try_from(self.all.len()).ok()?)
    }

    fn block(&mut self, text: &[Expected]) -> Option<Block> {
        let mut classes: Vec<(Row, u64)> = Vec::new();
        let mut block = Block {
            literal: [0; 64],
            required: [0; 64],
            fixed: 0,
            classed: 0,
            table: 0,
            rows: (u32::try_from(self.rows.len()).ok()?, 0),
        };
        for (at, expected) in text.iter().enumerate() {
            let bit = 1u64 << at;
            match expected {
                Expected::Byte(byte) => {
                    block.literal[at] = *byte;
                    block.fixed |= bit;
                }
                Expected::Class(row) => {
                    block.classed |= bit;
                    match classes.iter_mut().find(|(known, _)| known == row) {
                        Some((_, places)) => *places |= bit,
                        None => classes.push((*row, bit)),
                    }
                }
            }
        }
        let rows: Vec<Row> = classes.iter().map(|(row, _)| *row).collect();
        let table = self.tables.with(&rows)?;
        for (row, places) in &classes {
            let bit = self.tables.bit(table, row)?;
            for at in (0..64).filter(|at| places >> at & 1 == 1) {
                block.required[at] = bit;
            }
        }
        self.rows.extend(classes);
        block.rows.1 = u32::try_from(self.rows.len()).ok()?;
        block.table = u32::try_from(table).ok()?;
        Some(block)
    }

    #[inline(always)]
    pub(crate) fn get(&self, at: u32) -> Option<&Block> {
        self.all.get(at as usize)
    }

    /// How many tables there are.
    pub(crate) fn tables(&self) -> usize {
        self.tables.0.len()
    }

    /// The table of this index.
    #[inline(always)]
    pub(crate) fn table(&self, at: u32) -> Option<&Table> {
        self.tables.get(at as usize)
    }

    #[inline(always)]
    pub(crate) fn table_of(&self, block: &Block) -> &Table {
        &self.tables.0[block.table as usize].1
    }

    #[inline(always)]
    pub(crate) fn rows_of(&self, block: &Block) -> &[(Row, u64)] {
        &self.rows[block.rows.0 as usize..block.rows.1 as usize]
    }

    /// What a block expects, up to a length.
    pub(crate) fn expected(&self, at: u32, length: usize) -> Option<Vec<Expected>> {
        let block = self.get(at)?;
        let one = |place: usize| {
            if block.fixed >> place & 1 == 1 {
                return Some(Expected::Byte(block.literal[place]));
            }
            let rows = self.rows_of(block).iter();
            rows.clone().find(|(_, places)| places >> place & 1 == 1).map(|(row, _)| Expected::Class(*row))
        };
        (0..length.min(64)).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_share_tables_and_keep_what_was_expected() {
        let digits = Expected::Class(Row::of(b'0'..=b'9').expect("ASCII"));
        let mut text: Vec<Expected> = vec![Expected::Byte(b'a'), digits, digits];
        let mut blocks = Blocks::default();
        assert_eq!(blocks.add(&text), Some(0..1));
        text.extend((b'A'..=b'G').map(|byte| Expected::Class(Row::of(byte..=byte).expect("ASCII"))));
        assert_eq!(blocks.add(&text), Some(1..2));
        assert_eq!(blocks.tables(), 1);
        assert_eq!(blocks.expected(1, 10), Some(text.clone()));
        text.push(Expected::Class(Row::of(b'z'..=b'z').expect("ASCII")));
        assert_eq!(blocks.add(&text), None, "nine classes");
        text.truncate(3);
        let long: Vec<Expected> = text.into_iter().cycle().take(130).collect();
        assert_eq!(blocks.add(&long).map(|range| range.len()), Some(3));
    }
}
