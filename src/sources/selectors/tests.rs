use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Result<ShopRules, String> {
    read(text, Path::new("shop.toml")).map_err(|e| e.to_string())
}

#[test]
fn the_example_that_ships_is_a_file_that_works() {
    let rules = parse(EXAMPLE).unwrap();
    assert_eq!(rules.of(Field::Price).count(), 1);
    // What is commented out must work when it is taken in.
    let all = EXAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')))
                .unwrap_or(line)
        })
        .filter(|line| !line.starts_with("title = \"h1\""))
        .collect::<Vec<_>>()
        .join("\n");
    let rules = parse(&all).unwrap_or_else(|e| panic!("{e}\n{all}"));
    let missing: Vec<&str> = Field::ALL.iter().filter(|f| rules.of(**f).next().is_none()).map(|f| f.word()).collect();
    assert!(missing.is_empty(), "the example does not show {missing:?}");
    assert_eq!(rules.of(Field::Title).count(), 3);
}

#[test]
fn each_fault_is_told_in_one_line_that_says_what_to_write() {
    let head = "hosts = [\"shop.example\"]\n[select]\n";
    for (text, said) in [
        ("hosts = \n".to_owned(), "shop.toml: line 1: "),
        ("[select]\nprice = \"p\"".to_owned(), "hosts is missing"),
        ("hosts = [\"a b\"]\n[select]\nprice = \"p\"".to_owned(), "\"a b\" is no host"),
        ("hosts = [\"a.example\"]\nhots = 1\n".to_owned(), "there is no setting \"hots\"; there are hosts,"),
        ("hosts = [\"a.example\"]".to_owned(), "[select] is missing"),
        (head.to_owned(), "[select] names no field"),
        (format!("{head}prise = \"p\""), "there is no field \"prise\"; there are title, price,"),
        (format!("{head}price = \"p[\""), "select.price.css: \"p[\" is not a CSS selector"),
        (format!("{head}price = 3"), "select.price must be a CSS selector in quotes or a table"),
        (format!("{head}price = {{ css = \"p\", regx = \"x\" }}"), "select.price.regx: there is no such setting"),
        (format!("{head}price = {{ css = \"p\", regex = \"(\" }}"), "is not a regular expression: unclosed group"),
        (format!("{head}price = {{ css = \"p\", pick = \"third\" }}"), "\"third\" is none of all, first, last"),
        (format!("{head}price = {{ value = \"3\" }}"), "a price is read from the page"),
        (format!("{head}price = {{ attribute = \"x\" }}"), "select.price needs either css or value"),
        (format!("{head}currency = {{ value = \"euro\" }}"), "not a three-letter currency code"),
        (format!("{head}sku = {{ css = \"p\", in_stock = [\"x\"] }}"), "belong to availability"),
        (format!("locale = \"xx\"\n{head}sku = \"p\""), "\"xx\" is not known"),
        (format!("paths = [\"p\"]\n{head}sku = \"p\""), "must begin with / or *"),
    ] {
        let error = parse(&text).unwrap_err();
        assert!(error.contains(said) && error.starts_with("shop.toml: "), "{text}\n-> {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn the_file_that_says_the_most_about_an_address_is_taken() {
    let file = |name: &str, head: &str| read(&format!("{head}\n[select]\nprice = \"p\""), Path::new(name)).unwrap();
    let selectors = Selectors {
        shops: vec![
            file("any", "hosts = \"*\""),
            file("below", "hosts = [\"*.shop.example\"]"),
            file("shop", "hosts = [\"shop.example\"]"),
            file("again", "hosts = [\"www.shop.example\"]"),
            file("paths", "hosts = [\"shop.example\"]\npaths = [\"/p/*\"]"),
            file("port", "hosts = [\"shop.example:8000\"]"),
        ],
    };
    let of = |address: &str| {
        selectors.of(&Url::parse(address).unwrap()).map(|rules| rules.file.display().to_string()).unwrap_or_default()
    };
    assert_eq!(of("https://shop.example/"), "shop");
    assert_eq!(of("https://www.shop.example/x"), "shop");
    assert_eq!(of("https://de.shop.example/p/1"), "below");
    assert_eq!(of("https://shop.example/p/1"), "paths");
    assert_eq!(of("http://shop.example:8000/p/1"), "port");
    assert_eq!(of("https://myshop.example/"), "any");
}

#[test]
fn a_folder_gives_its_good_files_and_names_the_bad_ones() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), "hosts = \"a.example\"\n[select]\nprice = \"b\"").unwrap();
    std::fs::write(folder.path().join("b.toml"), "hosts = 1").unwrap();
    std::fs::write(folder.path().join("note.txt"), "no").unwrap();
    let (selectors, wrong) = Selectors::read_folder(folder.path());
    assert_eq!((selectors.len(), wrong.len()), (1, 1));
    assert!(wrong[0].file.ends_with("b.toml") && wrong[0].what.starts_with("hosts must be"), "{}", wrong[0]);
    assert!(Selectors::read_folder(&folder.path().join("none")).0.is_empty());
}

proptest! {
    #[test]
    fn any_text_is_a_file_or_a_fault_in_one_line(text in "(hosts|select|\\[select\\]|price|=|\"|\\{|\\}|css|regex|\\(|\n|a\\.b| |,|\\[|\\]|é){0,24}") {
        if let Err(error) = parse(&text) {
            prop_assert_eq!(error.lines().count(), 1, "{}", error);
        }
    }
}
