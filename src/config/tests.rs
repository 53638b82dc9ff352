use super::*;
use std::fs;

fn nothing(_: &str) -> Option<String> {
    None
}

fn load_text(text: &str, env: &[(&str, &str)], flags: &Overrides) -> Result<Loaded, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::under(folder.path());
    fs::write(&places.config_file, text).unwrap();
    let env = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    load(flags, &env, &places)
}

/// One mistake per file; the message, without the folder, stands in `expected.txt` beside them.
#[test]
fn each_bad_file_is_told_in_one_exact_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_config");
    let mut seen = String::new();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "toml")) {
        let flags = Overrides { config_file: Some(file.clone()), ..Overrides::default() };
        let error = load(&flags, &nothing, &Places::under(&folder)).expect_err(&file.display().to_string());
        let line = error.to_string().replace(&format!("{}/", folder.display()), "");
        assert!(!line.contains('\n'), "{line}");
        seen.push_str(&line);
        seen.push('\n');
    }
    let expected = fs::read_to_string(folder.join("expected.txt")).unwrap();
    assert_eq!(seen, expected, "\n--- got\n{seen}");
}

#[test]
fn without_a_file_the_defaults_hold() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = load(&Overrides::default(), &nothing, &Places::under(folder.path())).unwrap();
    assert_eq!(loaded.config, Config::under(folder.path()));
    assert!(loaded.origins.is_empty());
}

#[test]
fn a_file_named_by_hand_must_be_there() {
    let flags = Overrides { config_file: Some("/nowhere/c.toml".into()), ..Overrides::default() };
    let error = load(&flags, &nothing, &Places::under(Path::new("/nowhere"))).unwrap_err();
    assert_eq!(error.to_string(), "/nowhere/c.toml: no such file or directory; give a config file that can be read");
}

#[test]
fn flags_weigh_more_than_environment_and_environment_more_than_the_file() {
    let text = "database = 'file.db'\ncolor = 'never'\n[model]\nchat = 'a'\nthreads = 2\n";
    let env = [("EMPTOR_DB", "env.db"), ("EMPTOR_MODEL", "b"), ("EMPTOR_COLOR", "")];
    let flags = Overrides { database: Some("flag.db".into()), ..Overrides::default() };
    let loaded = load_text(text, &env, &flags).unwrap();
    assert_eq!(loaded.config.database, PathBuf::from("flag.db"));
    assert_eq!(loaded.config.model.chat.as_deref(), Some("b"));
    assert_eq!(loaded.config.color, ColorChoice::Never, "an empty variable says nothing");
    assert_eq!(loaded.config.model.threads, Some(2));
    assert_eq!(loaded.origins["database"], Origin::Flag("--db"));
    assert_eq!(loaded.origins["model.chat"], Origin::Env("EMPTOR_MODEL"));
}

#[test]
fn a_wrong_variable_is_named() {
    let error = load_text("", &[("EMPTOR_THREADS", "many")], &Overrides::default()).unwrap_err();
    assert_eq!(error.to_string(), "EMPTOR_THREADS: model.threads is many; allowed: a whole number from 1 to 1024");
    let error = load_text("", &[("EMPTOR_OFFLINE", "perhaps")], &Overrides::default()).unwrap_err();
    assert_eq!(error.to_string(), "EMPTOR_OFFLINE: offline is \"perhaps\"; allowed: true or false");
}

#[test]
fn an_endpoint_comes_from_the_environment_alone_and_needs_both_halves() {
    let env = [("EMPTOR_ENDPOINT", "http://127.0.0.1:8080/v1/"), ("EMPTOR_ENDPOINT_MODEL", "m")];
    let endpoint = load_text("", &env, &Overrides::default()).unwrap().config.model.endpoint.unwrap();
    assert_eq!((endpoint.base_url.as_str(), endpoint.key), ("http://127.0.0.1:8080/v1", None));
    let error = load_text("", &env[..1], &Overrides::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "EMPTOR_ENDPOINT: model.endpoint needs model too; set it in the file or as EMPTOR_ENDPOINT_MODEL"
    );
}

#[test]
fn the_commented_default_file_names_every_setting_with_its_default() {
    let bare = RawCheck::of(DEFAULT_FILE);
    assert_eq!(bare.origins.len(), 0, "the shipped file changes nothing");
    let uncommented: String = DEFAULT_FILE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') || rest.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')) => {
                format!("{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    let mut all = RawCheck::of(&uncommented);
    // It lies beside the file, wherever that is.
    all.config.refresh.selectors.clone_from(&bare.config.refresh.selectors);
    assert_eq!(bare.config.refresh.watch, WatchConfig::default(), "watches tell nobody unless they are told to");
    assert!(all.config.refresh.watch.hook.is_some() && all.config.refresh.watch.webhook.is_some());
    all.config.refresh.watch = WatchConfig::default();
    let missing: Vec<_> = keys::KEYS.iter().filter(|k| !all.origins.contains_key(k.path)).map(|k| k.path).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!((&all.config.http.timeout, &all.config.refresh), (&bare.config.http.timeout, &bare.config.refresh));
    assert_eq!((&all.config.ui, all.config.color), (&bare.config.ui, bare.config.color));
    assert_eq!(all.config.http.max_body_bytes, bare.config.http.max_body_bytes);
    assert_eq!(all.config.http, HttpConfig { contact: all.config.http.contact.clone(), ..bare.config.http.clone() });
    assert_eq!(all.config.model.context_tokens, bare.config.model.context_tokens);
    assert_eq!(all.config.model.gpu_layers, bare.config.model.gpu_layers);
}

struct RawCheck;

impl RawCheck {
    fn of(text: &str) -> Loaded {
        load_text(text, &[], &Overrides::default()).unwrap()
    }
}

#[test]
fn what_is_shown_reads_back_and_holds_no_secret() {
    let text = "[model]\nchat = 'a\"b'\n[model.endpoint]\nbase_url = 'http://h/v1'\nmodel = 'm'\nkey = 's3cret'\n[http]\ntimeout = '90s'\n[watch]\nhook = ['a \"b', '']\nwebhook = 'https://h/s3cret'\n";
    let loaded = RawCheck::of(text);
    assert_eq!(loaded.config.model.endpoint.as_ref().unwrap().key.as_deref(), Some("s3cret"));
    let shown = render(&loaded);
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!format!("{:?} {loaded:?}", entries(&loaded)).contains("s3cret"));
    let mut again = RawCheck::of(&shown).config;
    again.file.clone_from(&loaded.config.file);
    again.state_directory.clone_from(&loaded.config.state_directory);
    again.refresh.selectors.clone_from(&loaded.config.refresh.selectors);
    again.model.endpoint.as_mut().unwrap().key = Some("s3cret".to_owned());
    again.refresh.watch.webhook = Some("https://h/s3cret".to_owned());
    assert_eq!(again, loaded.config);
}

#[test]
fn keys_come_from_the_file_or_the_environment_and_are_never_shown() {
    let text = "[keys]\nkeepa = 's3cret-a'\nebay_id = 's3cret-b'\n";
    let env = [("EMPTOR_KEY_EBAY_ID", "s3cret-c"), ("EMPTOR_KEY_MEDUSA", "s3cret-d")];
    let loaded = load_text(text, &env, &Overrides::default()).unwrap();
    let keys: Vec<_> = loaded.config.keys.iter().collect();
    assert_eq!(keys, [("ebay_id", "s3cret-c"), ("keepa", "s3cret-a"), ("medusa", "s3cret-d")]);
    let shown = format!("{} {:?} {loaded:?}", render(&loaded), entries(&loaded));
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("# keepa is set, not shown") && shown.contains("# ebay_secret is not set"), "{shown}");
    assert!(shown.contains("EMPTOR_KEY_MEDUSA"), "the origin is named: {shown}");
}

#[test]
fn an_unknown_or_unusable_key_is_refused_without_showing_it() {
    let refused =
        |text: &str, env: &[(&str, &str)]| load_text(text, env, &Overrides::default()).unwrap_err().to_string();
    let unknown = refused("[keys]\namazon = 's3cret'\n", &[]);
    for word in ["keys.amazon", "keepa", "ebay_id", "ebay_secret", "vendure_channel", "medusa"] {
        assert!(unknown.contains(word), "{unknown}");
    }
    for text in [
        "[keys]\nmedusa = 's3 cret'\n",
        "[keys]\nmedusa = ''\n",
        "[keys]\nmedusa = 535871\n",
        "[keys]\nmedusa = ['s3cret']\n",
    ] {
        let told = refused(text, &[]);
        assert!(told.contains("keys.medusa") && !told.contains("cret") && !told.contains("535871"), "{told}");
    }
    assert!(!refused("", &[("EMPTOR_KEY_KEEPA", "s3cret\n")]).contains("s3cret"));
}

#[test]
fn durations_read_and_print() {
    for (text, seconds) in
        [("90s", 90), ("6h", 21_600), ("1h 30min", 5_400), ("3 days", 259_200), ("0s", 0), ("2000ms", 2)]
    {
        assert_eq!(duration::parse(text), Some(Duration::from_secs(seconds)), "{text}");
        assert_eq!(duration::parse(&duration::format(Duration::from_secs(seconds))), duration::parse(text));
    }
    assert_eq!(duration::format(Duration::from_millis(1_250)), "1250ms");
    for text in ["", "6", "h", "3hs", "10mss", "-6h", "6.5h", "99999999999999999999s", "11 fortnights", "900w 900w"] {
        assert_eq!(duration::parse(text), None, "{text}");
    }
}

#[test]
fn choosing_a_model_changes_one_setting_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/config.toml");
    save_chat_model(&path, "m1").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "[model]\nchat = \"m1\"\n");
    let cases = [
        ("# mine\noffline = true\n", "# mine\noffline = true\n\n[model]\nchat = \"x y\"\n"),
        ("[model] # here\nthreads = 2\n", "[model] # here\nchat = \"x y\"\nthreads = 2\n"),
        ("[model]\nchat = 'old' # why\n[ui]\nmouse = true\n", "[model]\nchat = \"x y\" # why\n[ui]\nmouse = true\n"),
        ("model.chat = 'old'\n", "model.chat = \"x y\"\n"),
    ];
    for (before, after) in cases {
        fs::write(&path, before).unwrap();
        save_chat_model(&path, "x y").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
    }
    fs::write(&path, "[model]\nthreads = 4 # mine\n").unwrap();
    let tuned = [("threads", 2.into()), ("flash_attention", true.into()), ("kv_type", "q8_0".into())];
    save_model_settings(&path, &tuned).unwrap();
    let kept = "[model]\nflash_attention = true\nkv_type = \"q8_0\"\nthreads = 2 # mine\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), kept);
    let inline = "model = { threads = 2 }\n";
    fs::write(&path, inline).unwrap();
    assert!(matches!(save_chat_model(&path, "x"), Err(ConfigError::CannotEdit { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), inline, "a refusal leaves the file alone");
    fs::write(&path, "nonsense = 1\n").unwrap();
    assert!(matches!(save_chat_model(&path, "x"), Err(ConfigError::UnknownKey { .. })));
}
