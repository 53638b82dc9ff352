//! The client against a loopback server that plays every trap of the protocol.

use super::*;
use crate::model::testing::{Server, reply as answer};
use proptest::prelude::*;
use std::io::Write;
use std::sync::mpsc;

fn endpoint(server: &str) -> Endpoint {
    Endpoint {
        base_url: format!("{server}/v1"),
        model: "m".to_owned(),
        key: Some("sk-secret".to_owned()),
        context_tokens: 1000,
        level: 2,
    }
}

fn message(text: &str, droppable: bool) -> Message {
    Message { role: Role::User, text: text.to_owned(), droppable }
}

fn request() -> ChatRequest {
    ChatRequest {
        messages: vec![message("which lamp?", false)],
        grammar: None,
        max_tokens: 50,
        temperature: 0.0,
        seed: 3,
        stop: vec![],
    }
}

fn ask(server: &Server, request: &ChatRequest) -> Result<Generation, ModelError> {
    let model = OpenAi::new(&endpoint(&server.address)).unwrap();
    model.generate(request, &CancellationToken::new(), &mut |_| ControlFlow::Continue(()))
}

fn content(text: &str) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}))
}

fn streams(body: impl Into<Vec<u8>>) -> Server {
    let body = body.into();
    Server::start(move |_, stream| answer(stream, "200 OK", &[("content-type", "text/event-stream".into())], &body))
}

const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[test]
fn a_stream_with_every_oddity_is_read() {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":5}}}"#;
    let body = [
        ": ping\r\n\r\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}\r\n\r\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hidden thought\"}}]}\r\n\r\n",
        "event: message\r\nid: 4\r\n",
        // One event in two data lines.
        "data: {\"choices\":[{\"index\":0,\r\ndata: \"delta\":{\"content\":\"Two \"}}]}\r\n\r\n",
        &content("fit \u{20AC}."),
        END,
        &format!("data:{usage}\n\n"),
        "data: [DONE]\n\n",
        &content("never"),
    ]
    .concat();
    let server = streams(body);
    let said = ask(&server, &request()).unwrap();
    assert_eq!((said.text.as_str(), said.finish), ("Two fit \u{20AC}.", Finish::Stop));
    assert_eq!((said.prompt_tokens, said.cached_tokens, said.generated_tokens), (9, 5, 4));

    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(sent.header("authorization"), Some("Bearer sk-secret"));
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(body["messages"], json!([{"role": "user", "content": "which lamp?"}]));
    assert_eq!((&body["stream"], &body["stream_options"]["include_usage"]), (&json!(true), &json!(true)));
    assert!(body.get("grammar").is_none() && body.get("stop").is_none());
}

proptest! {
    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut(cut in 1usize..40, carriage in any::<bool>()) {
        let end = if carriage { "\r\n" } else { "\n" };
        let text = [": note", "", "data: caf\u{E9} \u{5E9}", "data: two", "", "event: x", "data:three", "", "data: [DONE]"].join(end);
        let mut events = Events::default();
        let mut found: Vec<String> = text.as_bytes().chunks(cut).flat_map(|piece| events.push(piece)).collect();
        found.extend(events.finish());
        prop_assert_eq!(found, ["caf\u{E9} \u{5E9}\ntwo", "three", "[DONE]"]);
    }
}

#[test]
fn an_end_without_done_is_fine_after_a_finish_and_an_error_before_it() {
    assert_eq!(ask(&streams([content("yes").as_str(), END].concat()), &request()).unwrap().text, "yes");
    let error = ask(&streams(content("half")), &request()).unwrap_err().to_string();
    assert!(error.ends_with("the connection ended before the answer did"), "{error}");
    let length = END.replace("stop", "length");
    assert_eq!(ask(&streams([content("cut"), length].concat()), &request()).unwrap().finish, Finish::Length);
}

#[test]
fn errors_of_the_server_are_told_in_one_line_without_the_key() {
    let body =
        [content("so"), "data: {\"error\":{\"message\":\"out of\\nmemory\",\"code\":500}}\n\n".to_owned()].concat();
    let error = ask(&streams(body), &request()).unwrap_err().to_string();
    assert!(error.ends_with("/v1: out of memory"), "{error}");

    let cases = [
        ("503 Busy", r#"{"error":{"message":"Loading model"}}"#, "the server is not ready: Loading model"),
        ("401 No", r#"{"error":"bad key"}"#, "the key was refused: bad key"),
        ("404 No", "<html>", "no such address or model"),
        ("307 Away", "", "the server answered HTTP 307"),
    ];
    for (status, body, expected) in cases {
        let server = Server::start(move |_, stream| {
            answer(stream, status, &[("location", "http://127.0.0.1:9/".into())], body.as_bytes())
        });
        let error = ask(&server, &request()).unwrap_err().to_string();
        assert!(error.ends_with(expected) && !error.contains("secret"), "{error}");
    }
    let model = OpenAi::new(&endpoint("http://127.0.0.1:9")).unwrap();
    let nobody = model.generate(&request(), &CancellationToken::new(), &mut |_| ControlFlow::Continue(()));
    let nobody = nobody.unwrap_err().to_string();
    assert!(nobody.starts_with("http://127.0.0.1:9/v1: no connection; is the server running?"), "{nobody}");
    assert!(OpenAi::new(&endpoint("ftp://here")).is_err() && OpenAi::new(&endpoint("nonsense")).is_err());
}

#[test]
fn a_grammar_is_offered_and_left_out_for_good_where_it_is_refused() {
    let server = Server::start(|request, stream| match request.body.contains("\"grammar\"") {
        true => answer(stream, "400 Bad", &[], b"{\"error\":{\"message\":\"unknown field grammar\"}}"),
        false => answer(stream, "200 OK", &[], [content("{}").as_str(), END].concat().as_bytes()),
    });
    let model = OpenAi::new(&endpoint(&server.address)).unwrap();
    let with_grammar = ChatRequest { grammar: Some("root ::= \"{}\"".to_owned()), ..request() };
    for _ in 0..2 {
        let said = model.generate(&with_grammar, &CancellationToken::new(), &mut |_| ControlFlow::Continue(()));
        assert_eq!(said.unwrap().text, "{}");
    }
    let offered: Vec<bool> = server.requests().iter().map(|r| r.body.contains("\"grammar\"")).collect();
    assert_eq!(offered, [true, false, false]);
}

#[test]
fn the_oldest_droppable_messages_go_when_the_server_or_the_count_says_too_long() {
    let server = Server::start(|request, stream| match request.body.contains("second old") {
        true => {
            answer(stream, "400 Bad", &[], b"{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"x\"}}")
        }
        false => answer(stream, "200 OK", &[], [content("ok").as_str(), END].concat().as_bytes()),
    });
    let mut long = request();
    long.messages.insert(0, message(&"first old ".repeat(400), true));
    long.messages.insert(1, message("second old", true));
    long.messages.insert(2, message("third old", true));
    let said = ask(&server, &long).unwrap();
    assert_eq!((said.text.as_str(), said.dropped), ("ok", 2));
    let sent: Vec<bool> = server.requests().iter().map(|r| r.body.contains("first old")).collect();
    assert_eq!(sent, [false, false]);

    long.messages.iter_mut().for_each(|message| message.droppable = false);
    long.messages.remove(0);
    assert!(matches!(ask(&server, &long), Err(ModelError::TooLong { context: 1000, .. })));
}

#[test]
fn stop_strings_and_a_caller_who_has_enough_end_the_answer() {
    let body = [content("one tw"), content("o three"), content(" four"), END.to_owned()].concat();
    let server = streams(body);
    let stopped = ask(&server, &ChatRequest { stop: vec!["two".to_owned()], ..request() }).unwrap();
    assert_eq!((stopped.text.as_str(), stopped.finish), ("one ", Finish::Stop));
    let model = OpenAi::new(&endpoint(&server.address)).unwrap();
    let said = model.generate(&request(), &CancellationToken::new(), &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!((said.text.as_str(), said.finish), ("one tw", Finish::Stop));
}

#[test]
fn cancelling_drops_the_request_in_mid_stream() {
    let (gone, noticed) = mpsc::channel();
    let server = Server::start(move |_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", content("first"))?;
        // Pings until the client has left.
        while write!(stream, ": ping\n\n").and_then(|()| stream.flush()).is_ok() {
            std::thread::yield_now();
        }
        gone.send(()).map_err(std::io::Error::other)
    });
    let model = OpenAi::new(&endpoint(&server.address)).unwrap();
    let cancel = CancellationToken::new();
    let said = model.generate(&request(), &cancel, &mut |_| {
        cancel.cancel();
        ControlFlow::Continue(())
    });
    let said = said.unwrap();
    assert_eq!((said.text.as_str(), said.finish), ("first", Finish::Cancelled));
    noticed.recv_timeout(Duration::from_secs(20)).expect("the server still holds the connection");
}

#[test]
fn addresses_on_this_machine_are_told_from_others() {
    for local in ["http://127.0.0.1:8080/v1", "http://localhost/v1", "http://[::1]:9/v1"] {
        assert!(is_local(local), "{local}");
    }
    for remote in ["https://api.example.org/v1", "http://localhost.example.org", "http://10.0.0.1/v1", ""] {
        assert!(!is_local(remote), "{remote}");
    }
}

#[test]
fn a_client_may_be_dropped_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { drop(OpenAi::new(&endpoint("http://127.0.0.1:9")).unwrap()) });
}
