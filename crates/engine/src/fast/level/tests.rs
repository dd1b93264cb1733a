//! Every level that this processor has says what the scalar one says.
#![expect(clippy::cast_possible_truncation, reason = "random bits, of which any will do")]

use super::scalar::{Scalar, TOKEN};
use super::*;
use crate::compile::Expected;
use crate::fast::text::mask;

pub(in crate::fast) fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Blocks that are full of what matters.
fn block(state: &mut u64) -> [u8; 64] {
    let often = b"\n\"\\\x1f\x20@09azAZ-_~xoeyJ.\x7f\x80\xff";
    std::array::from_fn(|_| {
        let number = random(state);
        let byte = (number >> 24) as u8;
        if number.is_multiple_of(4) { byte } else { often[usize::from(byte) % often.len()] }
    })
}

fn agrees<L: Level>(name: &str) {
    let mut state = 7;
    for _ in 0..20_000 {
        let block = block(&mut state);
        let mut row = Row::default();
        for _ in 0..random(&mut state) % 30 {
            let _ = row.add(random(&mut state) as u8 & 127..=random(&mut state) as u8 & 127);
        }
        let length = random(&mut state) as usize % 65;
        let valid = mask(length);
        let mut table = Table([0; 128]);
        for (byte, classes) in (0u8..).zip(&mut table.0) {
            *classes = u8::from(row.has(byte)) | u8::from(TOKEN.has(byte)) << 1;
        }
        let masks = |of: fn(&[u8; 64], &[Row], &Table, usize, &mut [u64; 8])| {
            let mut masks = [0; 8];
            of(&block, &[row, TOKEN], &table, length, &mut masks);
            masks.map(|mask| mask & valid)
        };
        assert_eq!(masks(L::classes), masks(Scalar::classes), "{name}: {block:?} {row:?}");
        let (a, b) = (L::kinds(&block, length), Scalar::kinds(&block, length));
        for (a, b) in [(a.broken, b.broken), (a.high, b.high), (a.at, b.at), (a.digit, b.digit)]
            .into_iter()
            .chain([(a.letter, b.letter), (a.token, b.token), (a.sign, b.sign)])
        {
            assert_eq!(a & valid, b & valid, "{name}: {block:?}");
        }
        let (least, most) = (self::block(&mut state), self::block(&mut state));
        let halves = [block, least, most].map(|block| *block.first_chunk::<32>().expect("half a block"));
        let beyond = |of: fn(&[u8; 32], &[u8; 32], &[u8; 32]) -> u32| of(&halves[0], &halves[1], &halves[2]);
        assert_eq!(beyond(L::beyond), beyond(Scalar::beyond), "{name}: {halves:?}");
        let mut blocks = Blocks::default();
        let expected = block.map(|byte| match random(&mut state) % 3 {
            0 => Expected::Class(row),
            1 => Expected::Byte(random(&mut state) as u8),
            _ => Expected::Byte(byte),
        });
        let expected = blocks.add(&expected[..length]).expect("one class");
        if let Some(expected) = blocks.get(expected.start).filter(|_| !expected.is_empty()) {
            let (a, b) =
                (L::mismatches(&block, expected, &blocks), Scalar::mismatches(&block, expected, &blocks));
            assert_eq!(a, b, "{name}: {block:?} {expected:?}");
            let (table, places) = (blocks.table_of(expected), random(&mut state));
            let outside = |of: fn(&[u8; 64], &[u8; 64], &Table, u64) -> u64| {
                of(&block, &expected.required, table, places)
            };
            assert_eq!(outside(L::outside), outside(Scalar::outside), "{name}: {block:?} {expected:?}");
            let places = places & expected.classed;
            let found = L::Found::NOTHING.and_outside(&block, &expected.required, table, places);
            let is_outside = Scalar::outside(&block, &expected.required, table, places) != 0;
            assert_eq!(found.is_any(), is_outside, "{name}: {block:?} {expected:?}");
            let found = found.and_outside(&block, &expected.required, table, 0);
            assert_eq!(found.is_any(), is_outside, "{name}: what was found stays");
        }
        let mut text: Vec<u8> = (0..4).flat_map(|_| self::block(&mut state)).collect();
        text.extend([b'"'; 64]);
        let start = random(&mut state) as usize % 100;
        let end = start + random(&mut state) as usize % 150;
        let lines = random(&mut state).is_multiple_of(2);
        let (mut a, mut b) = (Marks::default(), Marks::default());
        L::index(&text, start, end, lines, &mut a);
        Scalar::index(&text, start, end, lines, &mut b);
        assert_eq!((a.places, a.ends), (b.places, b.ends), "{name}: {start}..{end} of {text:?}");
    }
}

#[test]
fn all_levels_of_this_processor_say_what_the_scalar_one_says() {
    agrees::<Scalar>("scalar");
    #[cfg(target_arch = "x86_64")]
    {
        if avx2::is_there() {
            agrees::<avx2::Avx2>("AVX2");
        }
        if avx512::is_there() {
            agrees::<avx512::Avx512>("AVX-512");
        }
    }
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    agrees::<neon::Neon>("NEON");
}
