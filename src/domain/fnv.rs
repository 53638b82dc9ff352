//! A hash that is the same on every machine and in every version, unlike the standard library's.
//!
//! For keys, lots and seeds; never for anything that an adversary gains by colliding.

/// FNV-1a, 64 bit (Fowler, Noll, Vo).
pub fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    /// The authors' own test vectors.
    #[test]
    fn it_gives_the_published_values() {
        let known = [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, hash) in known {
            assert_eq!(super::fnv1a(text), hash, "{text}");
        }
    }
}
