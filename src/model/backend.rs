//! llama.cpp's backend, started once for the whole process, its log sent to `tracing` before anything else happens.
//!
//! Loads no model.

use super::ModelError;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use std::sync::OnceLock;

static BACKEND: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();

/// The backend; the first call starts it.
///
/// # Errors
/// llama.cpp could not start.
pub fn backend() -> Result<&'static LlamaBackend, ModelError> {
    let started = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    started.as_ref().map_err(|detail| ModelError::Engine(format!("llama.cpp did not start: {detail}")))
}

/// Physical cores that this process may use: a second thread on one core slows llama.cpp down.
pub fn physical_cores() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, usize::from);
    let siblings = |cpu: usize| {
        std::fs::read_to_string(format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")).ok()
    };
    let cores: std::collections::BTreeSet<String> = (0..4096).map_while(siblings).collect();
    if cores.is_empty() { allowed } else { cores.len().min(allowed) }
}
