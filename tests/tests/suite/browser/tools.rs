//! The tools themselves: that a browser does what a test tells it, and that a fault of a page is found.

use std::io::{Read, Write};
use std::net::TcpListener;

use qiaomen_core::record::Time;
use rust_xlsxwriter::{Formula, Workbook};

use super::files::{formulas, sheet};
use super::picture::target;
use super::second_factor::code;
use super::{Browser, Language, View, Width};
use crate::harness::World;

const GOOD: &str = "<!doctype html><html lang=zh-CN><head><title>测试</title><meta name=viewport
    content='width=device-width'><style>body { margin: 0; font-family: sans-serif }
    p { padding: 1em } @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }</style></head>
    <body><main><h1>敲门 · 反诈入户</h1><form><label>姓名 <input name=name></label> <button>提交</button></form>
    <p id=wide></p></main><script>wide.textContent = innerWidth + ' ' + navigator.language
    + ' ' + matchMedia('(pointer: coarse)').matches;</script></body></html>";

const BAD: &str = "<!doctype html><html><head><title>测试</title></head><body><main><h1>测试</h1><input>
    <p style='color: #ccc; background: #fff'>看不清</p><img src='/nowhere.png'>
    <div style='width: 3000px'>宽</div></main><script>nothing.here()</script></body></html>";

const FORM: &str = "<!doctype html><html lang=zh-CN><head><title>表</title></head><body><main><h1>表</h1><form>
    <input id=name><input id=day type=date><input id=file type=file>
    <select id=level><option value=high>高</option><option value=low>低</option></select>
    <a id=more href='#more'>更多</a></form><ul><li>一</li><li>二</li></ul></main><script>
    more.onclick = () => setTimeout(() => { more.outerHTML = '<p id=late>到了</p>'; }, 300);
    </script></body></html>";

/// Serves pages by their path until the process ends, and tells what language was asked for.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "户主").unwrap().write_number(1, 1, 7.0).unwrap();
    book.worksheet_from_index(0).unwrap().write_formula(1, 2, Formula::new("=1+1").set_result("2")).unwrap();
    let book = book.save_to_buffer().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4096];
            let count = stream.read(&mut asked).unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..count]).into_owned();
            let path = asked.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
            let language = asked.lines().find(|line| line.to_lowercase().starts_with("accept-language"));
            let strict = "content-security-policy: default-src 'none'; script-src 'self'\r\n";
            let (status, head, body) = match path {
                "/good" => ("200 OK", "content-type: text/html; charset=utf-8\r\n", GOOD.as_bytes().to_vec()),
                "/form" => ("200 OK", "content-type: text/html; charset=utf-8\r\n", FORM.as_bytes().to_vec()),
                "/bad" => ("200 OK", "content-type: text/html; charset=utf-8\r\n", BAD.as_bytes().to_vec()),
                "/strict" => ("422 Unprocessable Content", strict, GOOD.as_bytes().to_vec()),
                "/language" => ("200 OK", "content-type: text/plain\r\n", language.unwrap_or("").as_bytes().to_vec()),
                "/book" => ("200 OK", "content-disposition: attachment; filename=\"a.xlsx\"\r\n", book.clone()),
                "/favicon.ico" => ("204 No Content", "", Vec::new()),
                _ => ("404 Not Found", "", Vec::new()),
            };
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{head}\r\n", body.len());
            // A browser that goes away meanwhile is no matter.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[test]
fn a_browser_opens_the_server() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let world = World::new();
    browser.goto(&format!("{}/healthz", world.address()));
    assert_eq!((browser.text_of("body").as_str(), browser.status(), browser.place().as_str()), ("ok", 200, "/healthz"));
    assert!(browser.picture("healthz").is_file());
}

#[test]
fn a_browser_is_as_wide_as_asked_and_asks_for_a_language() {
    let Some(mut browser) = Browser::start(View::default()) else { return };
    let address = serve();
    for view in View::all() {
        browser.look(view);
        browser.goto(&format!("{address}/good"));
        let (width, language) = (view.width.size().0, if view.language == Language::Chinese { "zh-CN" } else { "en" });
        assert_eq!(browser.text_of("#wide"), format!("{width} {language} {}", view.width == Width::Narrow));
        browser.assert_accessible();
        browser.assert_fits();
        browser.assert_quiet(&[]);
        let picture = std::fs::read(browser.picture("good")).unwrap();
        let pixels = u32::from_be_bytes(picture[16..20].try_into().unwrap());
        assert_eq!(pixels, if view.width == Width::Narrow { 780 } else { 1280 });
        browser.goto(&format!("{address}/language"));
        assert!(
            browser.text_of("body").to_lowercase().contains(&format!("accept-language: {}", language.to_lowercase()))
        );
    }
    browser.look(View { dark: true, ..View::default() });
    browser.goto(&format!("{address}/good"));
    assert_eq!(browser.run("return getComputedStyle(document.body).color;", vec![]), "rgb(238, 238, 238)");
    browser.assert_accessible();
    browser.picture("good");
}

#[test]
fn a_fault_of_a_page_is_found() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let address = serve();
    browser.goto(&format!("{address}/bad"));
    let mut rules: Vec<String> = browser.axe().into_iter().map(|found| found.rule).collect();
    rules.retain(|rule| ["color-contrast", "html-has-lang", "image-alt", "label"].contains(&rule.as_str()));
    rules.sort();
    assert_eq!(rules, ["color-contrast", "html-has-lang", "image-alt", "label"]);
    let complaints = browser.complaints().join("\n");
    assert!(complaints.contains("nothing is not defined") && complaints.contains("status of 404"), "{complaints}");
    assert_eq!(browser.outside(), ["<div style=\"width: 3000px\">宽</div>", "of 1280"]);

    browser.goto(&format!("{address}/strict"));
    assert_eq!(browser.status(), 422);
    let complaints = browser.complaints().join("\n");
    assert!(complaints.contains("Content Security Policy") && complaints.contains("status of 422"), "{complaints}");
    // The policy keeps the page's own script out, and not the check.
    browser.assert_accessible();
    assert_eq!(browser.text_of("#wide"), "");
}

#[test]
fn a_browser_fills_clicks_and_keeps_what_it_is_given() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let address = serve();
    browser.goto(&format!("{address}/good"));
    browser.fill("input", "张三");
    assert_eq!(browser.value_of("input"), "张三");
    browser.click_text("main", "提交");
    browser.wait_for_place("/good?name=%E5%BC%A0%E4%B8%89");
    browser.run("location.href = arguments[0]", vec![format!("{address}/book").into()]);
    let book = browser.downloaded(".xlsx");
    assert_eq!(sheet(&book), [["户主", "", ""], ["", "7", "2"]]);
    assert_eq!(formulas(&book), 1);

    browser.goto(&format!("{address}/form"));
    assert_eq!((browser.title().as_str(), browser.texts_of("li")), ("表", vec!["一".to_owned(), "二".to_owned()]));
    browser.click("#name");
    browser.press("按键");
    assert_eq!(browser.value_of("#name"), "按键");
    browser.set("#day", "2026-03-01");
    browser.choose("#level", "low");
    assert_eq!((browser.value_of("#day"), browser.value_of("#level")), ("2026-03-01".to_owned(), "low".to_owned()));
    browser.choose_text("#level", "高");
    assert_eq!(browser.value_of("#level"), "high");
    browser.attach("#file", &book);
    assert!(browser.value_of("#file").ends_with("a.xlsx"));
    assert_eq!(browser.attribute("#more", "href").as_deref(), Some("#more"));
    browser.click("#more");
    browser.wait_for_text("main", "到了");
    browser.wait_for("#late");
    browser.wait_gone("#more");
    browser.reload();
    assert_eq!((browser.count("#more"), browser.count("#late")), (1, 0));
}

#[test]
fn a_test_that_fails_leaves_a_picture() {
    let Some(browser) = Browser::start(View::default()) else { return };
    browser.goto(&format!("{}/good", serve()));
    let name = "failed-browser-tools-a_test_that_fails_leaves_a_picture-1280-zh.png";
    let picture = target().join("console").join(name);
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _closed_with_the_test = browser;
        panic!("as it should");
    }));
    assert!(failed.is_err());
    std::fs::remove_file(picture).unwrap();
}

#[test]
fn the_second_factor_is_as_the_standard_has_it() {
    // RFC 6238, appendix B; the last six of its eight digits.
    let secret = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
    for (seconds, digits) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
        assert_eq!(code(secret, Time::from_millis(seconds * 1_000)), digits);
    }
}
