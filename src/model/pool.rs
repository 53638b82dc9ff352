//! Several embedders of one model side by side, each on one thread with texts of its own.
//!
//! Threads that share one computation wait for each other at every step, and for long where a core is busy; texts are
//! independent, so none has to. Makes no vector itself.

use super::{Embedder, ModelError};
use tokio_util::sync::CancellationToken;

/// Embedders that share the texts of each call.
pub struct Pool<E> {
    first: E,
    others: Vec<E>,
}

impl<E: Embedder> Pool<E> {
    /// They must be of one model.
    pub fn new(first: E, others: Vec<E>) -> Self {
        Self { first, others }
    }
}

impl<E: Embedder> Embedder for Pool<E> {
    fn id(&self) -> &str {
        self.first.id()
    }

    fn dimensions(&self) -> usize {
        self.first.dimensions()
    }

    fn width(&self) -> usize {
        1 + self.others.len()
    }

    fn embed(&self, texts: &[&str], cancel: &CancellationToken) -> Result<Vec<Vec<f32>>, ModelError> {
        let share = texts.len().div_ceil(self.width()).max(1);
        let mut shares = texts.chunks(share);
        let own = shares.next().unwrap_or_default();
        std::thread::scope(|scope| {
            let given = shares.zip(&self.others);
            let others: Vec<_> = given.map(|(part, other)| scope.spawn(move || other.embed(part, cancel))).collect();
            let mut vectors = self.first.embed(own, cancel);
            for other in others {
                let more = other.join().unwrap_or(Err(ModelError::Gone));
                if let Ok(all) = &mut vectors {
                    match more {
                        Ok(more) => all.extend(more),
                        Err(error) => vectors = Err(error),
                    }
                }
            }
            vectors
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fake::FakeEmbedder;

    #[test]
    fn texts_come_back_in_order_whatever_their_number() {
        let pool = Pool::new(FakeEmbedder, vec![FakeEmbedder, FakeEmbedder]);
        let cancel = CancellationToken::new();
        for count in 0..10 {
            let texts: Vec<String> = (0..count).map(|n| format!("text {n}")).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_eq!(pool.embed(&texts, &cancel).unwrap(), FakeEmbedder.embed(&texts, &cancel).unwrap());
        }
        assert_eq!((pool.width(), pool.id(), pool.dimensions()), (3, FakeEmbedder.id(), FakeEmbedder.dimensions()));
    }

    struct Failing(bool);

    impl Embedder for Failing {
        fn id(&self) -> &str {
            "failing"
        }

        fn dimensions(&self) -> usize {
            1
        }

        fn embed(&self, texts: &[&str], _: &CancellationToken) -> Result<Vec<Vec<f32>>, ModelError> {
            if self.0 { Err(ModelError::Cancelled) } else { Ok(vec![vec![1.0]; texts.len()]) }
        }
    }

    #[test]
    fn where_one_fails_none_is_told_to_have_worked() {
        for (first, second) in [(true, false), (false, true)] {
            let pool = Pool::new(Failing(first), vec![Failing(second)]);
            assert!(matches!(pool.embed(&["a", "b"], &CancellationToken::new()), Err(ModelError::Cancelled)));
        }
    }
}
