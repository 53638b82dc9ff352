//! The fake does what its script says and nothing else.

use super::*;

fn request(max_tokens: usize) -> ChatRequest {
    ChatRequest { messages: vec![], grammar: None, max_tokens, temperature: 0.0, seed: 0, stop: vec![] }
}

fn play(model: &FakeModel, cancel: &CancellationToken) -> Result<Generation, ModelError> {
    model.generate(&request(100), cancel, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn plays_its_steps_and_repeats_the_last() {
    let model =
        FakeModel::new([Step::TooLong, Step::Fail("broken".to_owned()), Step::Dropped("two words".to_owned(), 3)]);
    let cancel = CancellationToken::new();
    assert!(matches!(play(&model, &cancel), Err(ModelError::TooLong { .. })));
    assert_eq!(play(&model, &cancel).unwrap_err().to_string(), "the model failed: broken");
    for _ in 0..2 {
        let said = play(&model, &cancel).unwrap();
        assert_eq!((said.text.as_str(), said.generated_tokens, said.dropped), ("two words", 2, 3));
    }
    assert_eq!(model.requests().len(), 4);
    assert!(play(&FakeModel::new([]), &cancel).is_err());
}

#[test]
fn hangs_until_cancelled() {
    let model = FakeModel::new([Step::Hang("one two".to_owned())]);
    let cancel = CancellationToken::new();
    let said = model.generate(&request(100), &cancel, &mut |word| {
        if word == "two" {
            cancel.cancel();
        }
        ControlFlow::Continue(())
    });
    let said = said.unwrap();
    assert_eq!((said.text.as_str(), said.finish), ("one two", Finish::Cancelled));
}

#[test]
fn fake_vectors_of_texts_that_share_words_are_near() {
    let vectors = FakeEmbedder.embed(&["red lamp", "lamp red!", "blue tent"], &CancellationToken::new()).unwrap();
    assert_eq!(vectors[0], vectors[1]);
    assert_ne!(vectors[0], vectors[2]);
}
