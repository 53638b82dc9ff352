use super::*;
use crate::answer::testing::{NORDWASH, product};

fn asked(text: &str) -> BTreeSet<String> {
    content_words(text)
}

#[test]
fn attributes_answer_yes_no_and_value() {
    let product = product(&NORDWASH);
    let found = |text: &str| in_attributes(&product, text, &asked(text));
    assert_eq!(found("half load").unwrap().verdict, Verdict::Yes);
    let wifi = found("does it have wifi").unwrap();
    assert_eq!(wifi.verdict, Verdict::No);
    assert_eq!(sentence(Phrases::of(Language::En), "A", "wifi", &wifi.said), "A has no wifi.");
    let loud = found("how loud").unwrap();
    assert_eq!((loud.verdict, loud.facts[0].text.as_str()), (Verdict::Stated, "42 dB"));
    assert_eq!(sentence(Phrases::of(Language::En), "A", "how loud", &loud.said), "A runs at 42 dB.");
    assert_eq!(found("child lock"), None);
}

#[test]
fn a_description_says_yes_or_no() {
    let mut product = product(&NORDWASH);
    product.facts.description = Some("A slim machine. It has no child lock. The basket is dishwasher safe.".into());
    assert_eq!(in_description(&product, &asked("child lock")).unwrap().verdict, Verdict::No);
    assert_eq!(in_description(&product, &asked("is the basket dishwasher-safe")).unwrap().verdict, Verdict::Yes);
    assert_eq!(in_description(&product, &asked("aqua stop")), None);
}

#[test]
fn questions_answer_and_reviews_only_speak_of_it() {
    let question = Question {
        id: 4,
        product: ProductId(7),
        text: NewQuestion {
            question: "Is there a child lock?".into(),
            answer: Some("No, sadly.".into()),
            asked_at: None,
        },
    };
    let found = in_questions(std::slice::from_ref(&question), &asked("child lock")).unwrap();
    assert_eq!((found.verdict, found.facts[1].row.as_str()), (Verdict::No, "question:4"));
    let review = Review {
        id: ReviewId(90),
        product: ProductId(7),
        shop: "NordShop".into(),
        text: NewReview { body: "The child lock works. Nice.".into(), ..NewReview::default() },
    };
    let found = in_reviews(&[review], &asked("child lock"));
    assert_eq!((found.verdict, found.said), (Verdict::NotStated, Said::Reviews(1)));
    assert_eq!(in_reviews(&[], &asked("child lock")).said, Said::Nothing);
}
