//! Looking at many bytes in one go.

/// How many of the bytes are such. One byte counts those of a block, which lets the compiler look at as many at once as fit
/// into a register.
pub(crate) fn count(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    let of_block = |block: &[u8]| block.iter().fold(0, |count: u8, byte| count + u8::from(is_such(*byte)));
    bytes.chunks(usize::from(u8::MAX)).map(|block| usize::from(of_block(block))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_counted_as_there_are() {
        for length in [0, 1, 254, 255, 256, 510, 511, 1000] {
            assert_eq!(count(&vec![b'7'; length], |byte| byte.is_ascii_digit()), length);
            assert_eq!(count(&vec![b'a'; length], |byte| byte.is_ascii_digit()), 0);
        }
    }
}
