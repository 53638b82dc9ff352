//! Drafts for speculative decoding, copied from what stands in the prompt or was written already (prompt-lookup
//! decoding; Saxena 2023).
//!
//! Pure: proposes tokens, never decides whether they are right.

use llama_cpp_2::token::LlamaToken;

/// The longest run of last tokens that is looked for.
const LONGEST: usize = 6;
/// A single token is looked for only where it stands in the text once: a name begins, not an "and".
const SINGLE_DRAFT: usize = 3;

/// How many tokens to draft: more while drafts are right, fewer after they were wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct DraftLength {
    most: usize,
    now: usize,
}

impl DraftLength {
    /// `most`: 0 drafts nothing.
    pub fn new(most: usize) -> Self {
        Self { most, now: most.div_ceil(2) }
    }

    pub fn now(self) -> usize {
        self.now
    }

    /// After a draft of `drafted` tokens of which the first `accepted` were right.
    pub fn learn(&mut self, drafted: usize, accepted: usize) {
        if drafted == 0 {
            return;
        }
        self.now = match accepted {
            all if all == drafted => (self.now * 2).min(self.most),
            0 => (self.now / 2).max(self.most.min(2)),
            some => (some + 1).clamp(self.most.min(2), self.most),
        };
    }
}

/// What followed the last tokens of `text` where they stood before: of the places that share the longest run the latest;
/// at most `most` tokens, none where no run of two (or a single that stands once) was found.
pub(super) fn draft(text: &[LlamaToken], most: usize) -> &[LlamaToken] {
    let Some((last, before)) = text.split_last() else { return &[] };
    let mut best: Option<(usize, usize)> = None;
    let mut singles = 0;
    for (at, token) in before.iter().enumerate().rev() {
        if token != last {
            continue;
        }
        singles += 1;
        let run = 1 + before[..at]
            .iter()
            .rev()
            .zip(before.iter().rev())
            .take(LONGEST - 1)
            .take_while(|(a, b)| a == b)
            .count();
        if best.is_none_or(|(longest, _)| run > longest) {
            best = Some((run, at + 1));
        }
        if run == LONGEST {
            break;
        }
    }
    let most = match best {
        Some((1, _)) if singles > 1 => 0,
        Some((1, _)) => most.min(SINGLE_DRAFT),
        _ => most,
    };
    let from = best.map_or(text.len(), |(_, from)| from);
    text.get(from..).map_or(&[], |rest| rest.get(..most.min(rest.len())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(ids: &[i32]) -> Vec<LlamaToken> {
        ids.iter().map(|id| LlamaToken(*id)).collect()
    }

    fn drafted(text: &[i32], most: usize) -> Vec<i32> {
        draft(&tokens(text), most).iter().map(|token| token.0).collect()
    }

    #[test]
    fn what_followed_the_longest_run_is_drafted() {
        assert_eq!(
            drafted(&[1, 2, 3, 9, 5, 2, 3, 7, 8, 1, 2, 3], 2),
            [9, 5],
            "three tokens agree there, two at the later place"
        );
        assert_eq!(drafted(&[5, 2, 3, 7, 6, 2, 3, 8, 2, 3], 4), [8, 2, 3], "of equal runs the latest");
        assert_eq!(drafted(&[5, 2, 3, 7, 2, 3], 1), [7]);
    }

    #[test]
    fn a_single_token_is_enough_only_where_it_stands_once() {
        assert_eq!(drafted(&[4, 5, 6, 7, 8, 9, 4], 8), [5, 6, 7]);
        assert_eq!(drafted(&[4, 5, 4, 6, 7, 4], 8), [] as [i32; 0]);
        assert_eq!(drafted(&[1, 2, 3], 8), [] as [i32; 0]);
        assert_eq!(drafted(&[], 8), [] as [i32; 0]);
        assert_eq!(drafted(&[1, 2, 3, 1, 2], 0), [] as [i32; 0]);
    }

    #[test]
    fn drafts_grow_while_they_are_right() {
        let mut length = DraftLength::new(8);
        assert_eq!(length.now(), 4);
        length.learn(4, 4);
        assert_eq!(length.now(), 8);
        length.learn(8, 3);
        assert_eq!(length.now(), 4);
        length.learn(4, 0);
        length.learn(2, 0);
        assert_eq!(length.now(), 2);
        length.learn(0, 0);
        assert_eq!(length.now(), 2);
        let mut none = DraftLength::new(0);
        none.learn(0, 0);
        assert_eq!(none.now(), 0);
    }
}
