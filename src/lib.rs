//! # emptor
//!
//! A shopping copilot for the terminal. Code owns the facts, the model owns the words.
//!
//! ```text
//! sources -> refresh -> store -> retrieval -> answer (+ model) -> ui -> app -> cli
//! ```
//!
//! | module | owns | may import |
//! |---|---|---|
//! | [`domain`] | the nouns: product, offer, money, history, review, need, evidence | nothing of ours |
//! | [`text`] | width, wrapping, bidi, cleaning: the only user of the unicode crates | nothing of ours |
//! | [`config`] | defaults < file < environment < flags, validated once | domain, text |
//! | [`sources`] | the outside world -> observations: one file per format, one polite HTTP client | domain, text, config |
//! | [`store`] | SQLite: one writer thread, read-only readers, migrations, likely twins by full text, vectors | domain, text, config |
//! | [`model`] | the language model: local engine, OpenAI-compatible client, scripted fake | domain, text, config |
//! | [`refresh`] | what is due and the task that fetches it | the above |
//! | [`retrieval`] | need -> ranked, filtered candidates; the text index, two files beside the database | the above but `refresh` |
//! | [`answer`] | question -> checked answer: plan, evidence, claims, wording, number gate | the above but `refresh` |
//! | [`ui`] | state, messages, pure update, view | domain, text, config; of `answer` and `refresh` only event types |
//! | [`app`] | composition root: runtime loop, effects -> tasks, terminal, logging | all above |
//! | [`cli`] | arguments, one-shot commands, JSON output | all above |
//!
//! Never upward, never sideways among `sources`, `store` and `model`; `tests/layers.rs` holds every file to this table.

pub mod domain;
pub mod text;
pub mod config;
pub mod sources;
pub mod store;
pub mod model;
pub mod refresh;
pub mod retrieval;
pub mod answer;
pub mod ui;
pub mod app;
pub mod cli;
