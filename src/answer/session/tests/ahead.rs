//! What is read ahead is what is asked, and foreseeing changes nothing.

use super::*;

#[test]
fn what_is_foreseen_is_what_the_model_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let model = Arc::new(FakeModel::saying("The Brisa Compact is a good choice."));
    let mut session = Session::new(catalogue(&folder), Some(Arc::clone(&model) as Arc<dyn ChatModel>), None);
    for question in [QUESTION, "is the NordWash 45 slim height adjustable?", "somefing for zzz qqq"] {
        let before = model.requests().len();
        session.foresee(&[question], &options());
        assert_eq!(model.requests().len(), before, "foreseeing asked the model");
        let ahead = model.read_ahead_of().pop().unwrap();
        ask(&mut session, question, &options());
        assert_eq!(ahead, model.requests()[before..=before], "{question}");
    }
}

#[test]
fn foreseeing_leaves_the_conversation_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let asked = |foreseen: &[&str]| {
        let model = Arc::new(FakeModel::saying("Fine."));
        let mut session = Session::new(catalogue(&folder), Some(model as Arc<dyn ChatModel>), None);
        ask(&mut session, QUESTION, &options());
        session.foresee(foreseen, &options());
        found(&ask(&mut session, "the second one: is it height adjustable?", &options())).clone()
    };
    assert_eq!(asked(&[]), asked(&["Silenta dishwasher", "compare the first and the third"]));
}

#[test]
fn without_a_question_what_all_answers_begin_with_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let model = Arc::new(FakeModel::saying("Fine."));
    let mut session = Session::new(catalogue(&folder), Some(Arc::clone(&model) as Arc<dyn ChatModel>), None);
    session.foresee(&[], &options());
    let ahead = model.read_ahead_of().pop().unwrap();
    ask(&mut session, QUESTION, &options());
    assert_eq!(ahead[0].messages[..], model.requests()[0].messages[..1]);
    let without = AskOptions { no_model: true, ..options() };
    session.foresee(&[QUESTION], &without);
    assert_eq!(model.read_ahead_of().len(), 1, "nothing is read for who wants no model");
}
