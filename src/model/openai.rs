//! Chat through an OpenAI-compatible server (llama-server, vLLM, Ollama): streamed, cancelled by dropping the request.
//!
//! The key goes into one header and nowhere else.

mod reply;
mod sse;

use super::{ChatModel, ChatRequest, Finish, Generation, Message, ModelError, ModelInfo, Role};
use crate::config::Endpoint;
use crate::model::stream::StopFilter;
use reply::{Piece, Reply};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};
use sse::Events;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A server may read a long prompt for minutes before its first word.
const SILENCE: Duration = Duration::from_secs(600);
/// The protocol allows four; the rest is cut here.
const MOST_STOPS: usize = 4;
const LONGEST_REASON: usize = 200;

/// A model behind an address.
pub struct OpenAi {
    endpoint: Endpoint,
    address: String,
    client: Client,
    /// Taken only when dropped.
    runtime: Option<Runtime>,
    /// The server refused the `grammar` field of llama-server.
    no_grammar: AtomicBool,
}

/// Whether an address is on this machine.
pub fn is_local(base_url: &str) -> bool {
    let url = url::Url::parse(base_url).ok();
    url.as_ref().and_then(url::Url::host_str).is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

impl OpenAi {
    /// # Errors
    /// The address is none, or no thread is to be had.
    pub fn new(endpoint: &Endpoint) -> Result<Self, ModelError> {
        let error = |detail: String| ModelError::Endpoint { endpoint: endpoint.base_url.clone(), detail };
        let address = format!("{}/chat/completions", endpoint.base_url.trim_end_matches('/'));
        let url = url::Url::parse(&address).map_err(|cause| error(format!("not an address ({cause})")))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(error("not an http address".to_owned()));
        }
        // An error only says that somebody has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("emptor/", env!("CARGO_PKG_VERSION")))
            // A server that sends the question and the key elsewhere is not the one that was configured.
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE)
            .build()
            .map_err(|cause| error(reason(&cause)))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("endpoint")
            .enable_all()
            .build()
            .map_err(|cause| error(format!("no thread for the endpoint: {cause}")))?;
        Ok(Self {
            endpoint: endpoint.clone(),
            address,
            client,
            runtime: Some(runtime),
            no_grammar: AtomicBool::new(false),
        })
    }

    fn error(&self, detail: impl Into<String>) -> ModelError {
        ModelError::Endpoint { endpoint: self.endpoint.base_url.clone(), detail: detail.into() }
    }

    fn body(&self, request: &ChatRequest, messages: &[&Message]) -> Value {
        let messages: Vec<Value> = messages
            .iter()
            .map(|message| {
                let role = match message.role {
                    Role::System => "system",
                    Role::User => "user",
                    Role::Assistant => "assistant",
                };
                json!({"role": role, "content": message.text})
            })
            .collect();
        let mut body = json!({
            "model": self.endpoint.model,
            "messages": messages,
            "stream": true,
            "stream_options": {"include_usage": true},
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        });
        if !request.stop.is_empty() {
            body["stop"] = request.stop.iter().take(MOST_STOPS).cloned().collect();
        }
        if let Some(grammar) = request.grammar.as_ref().filter(|_| !self.no_grammar.load(Ordering::SeqCst)) {
            body["grammar"] = grammar.as_str().into();
        }
        body
    }

    /// Sends the request, leaving out the grammar or the oldest droppable messages where the server refuses them.
    async fn send(&self, request: &ChatRequest) -> Result<(Response, usize), ModelError> {
        let mut kept: Vec<&Message> = request.messages.iter().collect();
        let mut dropped = 0;
        let mut drop_oldest = |kept: &mut Vec<&Message>| {
            let oldest = kept.iter().position(|message| message.droppable)?;
            kept.remove(oldest);
            dropped += 1;
            Some(dropped)
        };
        let context = self.endpoint.context_tokens;
        // Some servers cut a long prompt without a word, so a rough count comes first.
        let reserve = request.max_tokens.min(context / 2);
        let mut left_out = 0;
        while estimate(&kept) + reserve > context {
            let Some(count) = drop_oldest(&mut kept) else { break };
            left_out = count;
        }
        loop {
            let body = self.body(request, &kept);
            let mut post = self.client.post(&self.address).json(&body);
            if let Some(key) = &self.endpoint.key {
                post = post.bearer_auth(key);
            }
            let response = post.send().await.map_err(|cause| self.error(reason(&cause)))?;
            let status = response.status();
            if status.is_success() {
                return Ok((response, left_out));
            }
            let text = response.text().await.unwrap_or_default();
            if reply::is_too_long(&text) {
                let Some(count) = drop_oldest(&mut kept) else {
                    return Err(ModelError::TooLong { needed: estimate(&kept) + reserve, context });
                };
                left_out = count;
            } else if status == StatusCode::BAD_REQUEST && body.get("grammar").is_some() {
                tracing::info!("the endpoint takes no grammar; answers are checked instead of held");
                self.no_grammar.store(true, Ordering::SeqCst);
            } else {
                return Err(self.error(refusal(status, &text)));
            }
        }
    }

    async fn run(
        &self,
        request: &ChatRequest,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
        account: &mut Generation,
    ) -> Result<(), ModelError> {
        let asked = Instant::now();
        let (mut response, dropped) = self.send(request).await?;
        account.dropped = dropped;
        let mut stream = Streaming { on_text, stops: StopFilter::new(&request.stop), first: None, pieces: 0 };
        let mut events = Events::default();
        let mut reply = Reply::default();
        let ended = loop {
            let bytes = response.chunk().await.map_err(|cause| self.error(reason(&cause)))?;
            let done = match &bytes {
                Some(bytes) => events.push(bytes),
                None => events.finish(),
            };
            for data in done {
                if reply.done {
                    break;
                }
                match reply.read(&data).map_err(|detail| self.error(detail))? {
                    Piece::Text(text) => {
                        let flow = stream.show(&text, account);
                        account.prompt_seconds = stream.first.map_or(0.0, |first| (first - asked).as_secs_f64());
                        account.generated_tokens = stream.pieces;
                        if flow.is_break() {
                            reply.finish = Some(Finish::Stop);
                            account.generate_seconds = stream.seconds();
                            reply.fill(account);
                            return Ok(());
                        }
                    }
                    Piece::Nothing => {}
                }
            }
            if reply.done {
                break true;
            }
            if bytes.is_none() {
                break reply.finish.is_some();
            }
        };
        stream.finish(account);
        account.generate_seconds = stream.seconds();
        if !ended {
            return Err(self.error("the connection ended before the answer did"));
        }
        account.finish = Finish::Stop;
        reply.fill(account);
        Ok(())
    }
}

/// Text on its way to the caller.
struct Streaming<'a> {
    on_text: &'a mut dyn FnMut(&str) -> ControlFlow<()>,
    stops: StopFilter,
    first: Option<Instant>,
    pieces: usize,
}

impl Streaming<'_> {
    fn show(&mut self, text: &str, account: &mut Generation) -> ControlFlow<()> {
        self.first.get_or_insert_with(Instant::now);
        self.pieces += 1;
        let text = self.stops.push(text);
        if !text.is_empty() {
            account.text.push_str(&text);
            (self.on_text)(&text)?;
        }
        if self.stops.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn finish(&mut self, account: &mut Generation) {
        let rest = self.stops.finish();
        if !rest.is_empty() {
            account.text.push_str(&rest);
            // Nothing more comes, so there is nothing to break off.
            let _ = (self.on_text)(&rest);
        }
    }

    fn seconds(&self) -> f64 {
        self.first.map_or(0.0, |first| first.elapsed().as_secs_f64())
    }
}

impl ChatModel for OpenAi {
    fn info(&self) -> ModelInfo {
        ModelInfo {
            name: self.endpoint.model.clone(),
            identity: self.endpoint.base_url.clone(),
            context_tokens: self.endpoint.context_tokens,
            level: self.endpoint.level,
        }
    }

    fn generate(
        &self,
        request: &ChatRequest,
        cancel: &CancellationToken,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        let runtime = self.runtime.as_ref().ok_or(ModelError::Gone)?;
        let mut account = Generation {
            text: String::new(),
            prompt_tokens: 0,
            cached_tokens: 0,
            generated_tokens: 0,
            drafted_tokens: 0,
            accepted_tokens: 0,
            forced_tokens: 0,
            prompt_seconds: 0.0,
            generate_seconds: 0.0,
            dropped: 0,
            finish: Finish::Cancelled,
        };
        let result = runtime.block_on(async {
            tokio::select! {
                biased;
                () = cancel.cancelled() => None,
                result = self.run(request, on_text, &mut account) => Some(result),
            }
        });
        match result {
            Some(Err(error)) => Err(error),
            Some(Ok(())) => Ok(account),
            None => Ok(Generation { finish: Finish::Cancelled, ..account }),
        }
    }
}

impl Drop for OpenAi {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping it where it stands would panic inside another runtime.
            runtime.shutdown_background();
        }
    }
}

/// Rough count of tokens: four ASCII characters each, one for any other character, a few around each message.
fn estimate(messages: &[&Message]) -> usize {
    let tokens = |text: &str| {
        let ascii = text.bytes().filter(u8::is_ascii).count();
        ascii.div_ceil(4) + text.chars().filter(|c| !c.is_ascii()).count()
    };
    messages.iter().map(|message| tokens(&message.text) + 8).sum()
}

fn refusal(status: StatusCode, body: &str) -> String {
    let detail = reply::error_message(body).unwrap_or_default();
    let detail: String = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
    let what = match status.as_u16() {
        401 | 403 => "the key was refused".to_owned(),
        404 => "no such address or model".to_owned(),
        503 => "the server is not ready".to_owned(),
        code => format!("the server answered HTTP {code}"),
    };
    if detail.is_empty() { what } else { format!("{what}: {detail}") }
}

/// The innermost cause in one line, without the address.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let text = cause.to_string().replace('\n', " ");
    let detail = text.split(" (os error").next().unwrap_or_default();
    let what = match error {
        error if error.is_connect() => "no connection; is the server running?",
        error if error.is_timeout() => "the server is silent",
        _ => "the connection broke",
    };
    if detail.contains("://") { what.to_owned() } else { format!("{what} ({detail})") }
}

#[cfg(test)]
mod tests;
