//! `emptor config path`, `config selectors` and `config show`. Shows no secret.

use super::args::ConfigCommand;
use super::context::environment;
use super::exit::{Exit, Failure};
use super::output::Out;
use crate::config::{self, Config, Overrides, Places};

/// Works without a valid config file where only its path or the default text is asked for.
pub fn run(command: &ConfigCommand, overrides: &Overrides, json: bool) -> Result<Exit, Failure> {
    let places = Places::of_user()?;
    let mut out = Out::new(&Config::at(&places), json);
    match command {
        ConfigCommand::Path => {
            let (path, _) = config::config_path(overrides, &environment, &places);
            if json {
                let body = serde_json::json!({ "path": path, "exists": path.exists() });
                out.object("config path", body)?;
            } else {
                out.line(&path.display().to_string())?;
            }
        }
        ConfigCommand::Selectors => out.bytes(crate::sources::selectors::EXAMPLE.as_bytes())?,
        ConfigCommand::Show { default: true } => out.bytes(config::DEFAULT_FILE.as_bytes())?,
        ConfigCommand::Show { default: false } => {
            let loaded = config::load(overrides, &environment, &places)?;
            if json {
                let settings = config::entries(&loaded);
                out.object("config show", serde_json::json!({ "file": loaded.config.file, "settings": settings }))?;
            } else {
                out.bytes(config::render(&loaded).as_bytes())?;
            }
        }
    }
    out.flush().map(|()| Exit::Ok)
}
