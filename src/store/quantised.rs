//! A vector in a quarter of its size: eight-bit codes with one scale, and a sketch of one bit per dimension.
//!
//! Pure and free of the rest of the crate, so that a benchmark can take it as it is. Never reads, never ranks.

/// A vector of unit length: dimension i is `values[i] * scale`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Code {
    pub scale: f32,
    pub values: Vec<i8>,
}

impl Code {
    /// Brings a vector to unit length and each dimension to the nearest of 255 steps. A vector of zeros or with a
    /// dimension that is no number becomes zeros.
    pub fn of(vector: &[f32]) -> Self {
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        let peak = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        if !(length > 0.0 && length.is_finite()) {
            return Self { scale: 0.0, values: vec![0; vector.len()] };
        }
        let step = peak / 127.0;
        Self { scale: step / length, values: vector.iter().map(|x| (x / step).round() as i8).collect() }
    }

    /// The stored form back; `None` where it is cut short.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, values) = bytes.split_first_chunk::<4>()?;
        Some(Self { scale: f32::from_le_bytes(*scale), values: values.iter().map(|byte| byte.cast_signed()).collect() })
    }

    /// The scale, then a byte for each dimension.
    pub fn to_bytes(&self) -> Vec<u8> {
        let values = self.values.iter().map(|value| value.cast_unsigned());
        self.scale.to_le_bytes().into_iter().chain(values).collect()
    }

    /// One bit per dimension, set where it is above zero (as locality-sensitive hashing with the axes for planes;
    /// Charikar 2002).
    pub fn sketch(&self) -> Vec<u64> {
        sketch(self.values.iter().map(|value| *value > 0))
    }

    /// The cosine with a query of unit length, the query unrounded.
    pub fn cosine(&self, query: &[f32]) -> f32 {
        cosine(self.scale, &self.values, query)
    }
}

/// The sketch of a query.
pub fn sketch_of(vector: &[f32]) -> Vec<u64> {
    sketch(vector.iter().map(|value| *value > 0.0))
}

fn sketch(bits: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut words = Vec::new();
    for (at, bit) in bits.enumerate() {
        if at % 64 == 0 {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= u64::from(bit) << (at % 64);
        }
    }
    words
}

/// [`Code::cosine`] for codes that lie in one row after another.
pub fn cosine(scale: f32, values: &[i8], query: &[f32]) -> f32 {
    // Eight sums side by side: a compiler may not reorder a sum of floats by itself.
    let mut sums = [0.0_f32; 8];
    let ((rows, row_rest), (parts, part_rest)) = (values.as_chunks::<8>(), query.as_chunks::<8>());
    for (row, part) in rows.iter().zip(parts) {
        for ((sum, value), x) in sums.iter_mut().zip(row).zip(part) {
            *sum += f32::from(*value) * x;
        }
    }
    let rest: f32 = row_rest.iter().zip(part_rest).map(|(value, x)| f32::from(*value) * x).sum();
    scale * (sums.iter().sum::<f32>() + rest)
}

/// The bits in which two sketches differ.
pub fn hamming(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(x, y)| (x ^ y).count_ones()).sum()
}

/// The rows of the `most` sketches that differ least from a query's, in order of rows; of equally near ones at the
/// bound the first. Counts distances instead of sorting them: linear, whatever `most` is.
pub fn nearest_rows(sketches: &[u64], query: &[u64], most: usize) -> Vec<usize> {
    let (distances, counts) = distances(sketches, query);
    let mut below = 0;
    let bound = counts.iter().position(|count| {
        let full = below + count >= most;
        below += if full { 0 } else { *count };
        full
    });
    let bound = bound.unwrap_or(counts.len());
    let mut at_bound = most.saturating_sub(below);
    let mut kept = Vec::with_capacity(most.min(distances.len()));
    for (row, distance) in within(&distances, bound) {
        if distance == bound {
            if at_bound == 0 {
                continue;
            }
            at_bound -= 1;
        }
        kept.push(row);
    }
    kept
}

/// The rows that are no farther than `bound`, in their order, with how far they are.
fn within(distances: &[u16], bound: usize) -> Vec<(usize, usize)> {
    let near = |from: usize, part: &[u16]| -> Vec<(usize, usize)> {
        let rows = part.iter().map(|distance| usize::from(*distance)).enumerate();
        rows.filter(|(_, distance)| *distance <= bound).map(|(at, distance)| (from + at, distance)).collect()
    };
    let share = distances.len().div_ceil(threads(distances.len())).max(1);
    std::thread::scope(|scope| {
        let mut parts = distances.chunks(share).enumerate().map(|(nth, part)| (nth * share, part));
        let first = parts.next();
        let others: Vec<_> = parts.map(|(from, part)| scope.spawn(move || near(from, part))).collect();
        let mut all = first.map(|(from, part)| near(from, part)).unwrap_or_default();
        all.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
        all
    })
}

/// The rows whose signs lean most towards a query, `most` of them in order of rows: of the `first` nearest by
/// [`nearest_rows`] those with the largest sum of the query's dimensions, each with the row's sign. Holding the query
/// unrounded against bits tells near rows apart that differ in equally many signs (asymmetric distance; Jégou, Douze and
/// Schmid 2011).
pub fn leaning_rows(sketches: &[u64], query: &[f32], first: usize, most: usize) -> Vec<usize> {
    let bits = sketch_of(query);
    let mut rows = nearest_rows(sketches, &bits, first.max(most));
    if rows.len() <= most {
        return rows;
    }
    let tables = sign_tables(query);
    let leaning = |row: &usize| {
        let words = sketches.get(row * bits.len()..(row + 1) * bits.len()).unwrap_or_default();
        let mut sum = 0.0;
        for (word, tables) in words.iter().zip(tables.chunks(8)) {
            for (byte, table) in word.to_le_bytes().into_iter().zip(tables) {
                sum += table[usize::from(byte)];
            }
        }
        sum
    };
    let mut leaning: Vec<(f32, usize)> = rows.drain(..).map(|row| (leaning(&row), row)).collect();
    if most > 0 {
        leaning.select_nth_unstable_by(most - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    rows.extend(leaning.into_iter().take(most).map(|(_, row)| row));
    rows.sort_unstable();
    rows
}

/// For each eight dimensions of a query and each byte of signs the sum of the dimensions with these signs.
fn sign_tables(query: &[f32]) -> Vec<[f32; 256]> {
    let eight = |part: &[f32]| {
        let mut sums = [-part.iter().sum::<f32>(); 256];
        for byte in 1..256_usize {
            let dimension = part.get(byte.trailing_zeros() as usize).copied().unwrap_or(0.0);
            sums[byte] = sums[byte & (byte - 1)] + 2.0 * dimension;
        }
        sums
    };
    query.chunks(8).map(eight).collect()
}

/// Sketches that one thread compares before a second is worth its start (some tens of microseconds).
const SHARE: usize = 100_000;

fn threads(rows: usize) -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(rows / SHARE).clamp(1, 4)
}

/// How far each sketch is from the query's, and how many are so far.
fn distances(sketches: &[u64], query: &[u64]) -> (Vec<u16>, Vec<usize>) {
    let rows = sketches.len() / query.len().max(1);
    let mut distances = vec![0_u16; rows];
    let share = rows.div_ceil(threads(rows)).max(1);
    let mut counts = vec![0; query.len() * 64 + 1];
    std::thread::scope(|scope| {
        let mut parts = distances.chunks_mut(share).zip(sketches.chunks((share * query.len()).max(1)));
        let first = parts.next();
        let others: Vec<_> = parts.map(|(out, part)| scope.spawn(move || compare(out, part, query))).collect();
        let first = first.map(|(out, part)| compare(out, part, query));
        for part in others.into_iter().filter_map(|other| other.join().ok()).chain(first) {
            counts.iter_mut().zip(part).for_each(|(all, some)| *all += some);
        }
    });
    (distances, counts)
}

fn compare(out: &mut [u16], sketches: &[u64], query: &[u64]) -> Vec<usize> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has the instruction.
        return unsafe { compare_by_instruction(out, sketches, query) };
    }
    compare_any(out, sketches, query)
}

/// Counts bits by the instruction that processors have had since 2008 but not from the first of their kind on.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn compare_by_instruction(out: &mut [u16], sketches: &[u64], query: &[u64]) -> Vec<usize> {
    compare_any(out, sketches, query)
}

#[inline(always)]
fn compare_any(out: &mut [u16], sketches: &[u64], query: &[u64]) -> Vec<usize> {
    let mut counts = vec![0; query.len() * 64 + 1];
    let mut put = |out: &mut u16, distance: u32| {
        *out = distance as u16;
        counts[distance as usize] += 1;
    };
    // The usual 384 dimensions, written out: the compiler does not, at the level that tests and program share.
    if let Ok([a, b, c, d, e, f]) = <&[u64; 6]>::try_from(query) {
        for (out, row) in out.iter_mut().zip(sketches.as_chunks::<6>().0) {
            let first = (row[0] ^ a).count_ones() + (row[1] ^ b).count_ones() + (row[2] ^ c).count_ones();
            let rest = (row[3] ^ d).count_ones() + (row[4] ^ e).count_ones() + (row[5] ^ f).count_ones();
            put(out, first + rest);
        }
    } else {
        for (out, row) in out.iter_mut().zip(sketches.chunks_exact(query.len().max(1))) {
            put(out, hamming(row, query));
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back_and_stay_near_the_vector() {
        let vector: Vec<f32> = (0..70).map(|i| (i as f32 * 0.7).sin()).collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        let unit: Vec<f32> = vector.iter().map(|x| x / length).collect();
        let code = Code::of(&vector);
        assert_eq!(Code::from_bytes(&code.to_bytes()), Some(code.clone()));
        assert!((code.cosine(&unit) - 1.0).abs() < 0.005);
        let scalar: f32 = code.values.iter().zip(&unit).map(|(c, x)| f32::from(*c) * code.scale * x).sum();
        assert!((code.cosine(&unit) - scalar).abs() < 1e-5, "dimensions past the last eight count too");
    }

    #[test]
    fn what_is_no_direction_is_zeros() {
        for odd in [vec![0.0, 0.0], vec![f32::NAN, 1.0], vec![f32::INFINITY, 1.0]] {
            let code = Code::of(&odd);
            assert_eq!((code.scale, code.values.as_slice()), (0.0, [0, 0].as_slice()));
        }
        assert_eq!(Code::from_bytes(&[1, 2, 3]), None);
    }

    #[test]
    fn a_sketch_holds_the_signs() {
        let vector: Vec<f32> = (0..66).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
        let words = sketch_of(&vector);
        assert_eq!((words.len(), words[0] & 0b1111, words[1]), (2, 0b1001, 0), "64 and 65 are no multiples of 3");
        assert_eq!(Code::of(&vector).sketch(), words);
        assert_eq!(hamming(&words, &sketch_of(&vector.iter().map(|x| -x).collect::<Vec<_>>())), 66);
    }

    #[test]
    fn the_least_different_rows_are_kept_and_no_more() {
        let rows = [0b0000_u64, 0b1111, 0b0001, 0b0011, 0b0010];
        assert_eq!(nearest_rows(&rows, &[0], 1), [0]);
        assert_eq!(nearest_rows(&rows, &[0], 2), [0, 2], "of equally near rows the first");
        assert_eq!(nearest_rows(&rows, &[0], 3), [0, 2, 4]);
        assert_eq!(nearest_rows(&rows, &[0], 9), [0, 1, 2, 3, 4]);
        assert!(nearest_rows(&rows, &[0], 0).is_empty() && nearest_rows(&[], &[0], 3).is_empty());
    }

    #[test]
    fn equally_near_signs_are_told_apart_by_how_much_they_weigh() {
        let query: Vec<f32> = (0..70).map(|i| if i == 3 { 5.0 } else { 0.1 }).collect();
        let row = |wrong: usize| {
            let signs: Vec<f32> = (0..70).map(|i| if i == wrong { -1.0 } else { 1.0 }).collect();
            sketch_of(&signs)
        };
        let rows: Vec<u64> = [3, 66, 3, 9].into_iter().flat_map(row).collect();
        assert_eq!(nearest_rows(&rows, &sketch_of(&query), 2), [0, 1], "each differs in one sign");
        assert_eq!(leaning_rows(&rows, &query, 4, 2), [1, 3]);
        assert_eq!(leaning_rows(&rows, &query, 1, 3), [0, 1, 2], "never fewer than are wanted");
        assert_eq!(leaning_rows(&rows, &query, 9, 9), [0, 1, 2, 3]);
        assert!(leaning_rows(&rows, &query, 4, 0).is_empty() && leaning_rows(&[], &query, 4, 2).is_empty());
        let tables = sign_tables(&query);
        assert!((tables[0][0b1111_0111] - (7.0 * 0.1 - 5.0)).abs() < 1e-5);
    }

    #[test]
    fn threads_and_lengths_known_beforehand_change_nothing() {
        let mut state = 7_u64;
        let sketches: Vec<u64> = (0..6 * 210_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state ^ state >> 33
            })
            .collect();
        let query = &sketches[6 * 150_000..6 * 150_001];
        let plain: Vec<u16> = sketches.chunks_exact(6).map(|row| hamming(row, query) as u16).collect();
        let (found, counts) = distances(&sketches, query);
        assert_eq!(counts.iter().sum::<usize>(), plain.len());
        assert_eq!(found, plain);
        assert_eq!(nearest_rows(&sketches, query, 1), [150_000]);
    }
}
