//! chromedriver: started once for all tests of this process, on a free port.
//!
//! Invariant: whichever way this process ends, chromedriver and every browser of it end too. A shell stands between and
//! reads a pipe that only this process holds; when that closes, it kills its process group. Browsers talk to chromedriver
//! through a pipe as well (`--remote-debugging-pipe`), and end with it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// What is to be installed where a browser is missing.
const PACKAGES: &str = "apt-get install chromium chromium-driver fonts-noto-cjk";

/// A running chromedriver.
pub struct Driver {
    /// Where it listens.
    pub address: String,
    /// The browser that it is to start.
    pub chromium: PathBuf,
    /// The shell; its standard input must stay open.
    _shell: Child,
}

static DRIVER: LazyLock<Option<Driver>> = LazyLock::new(Driver::start);

/// The driver, or nothing where there is no browser on this machine and none is asked for.
pub fn driver() -> Option<&'static Driver> {
    DRIVER.as_ref()
}

/// Says that something is not installed: by failing where nothing may be skipped, else past the test's captured output.
pub fn missing(what: &str, remedy: &str) {
    assert!(std::env::var_os("QIAOMEN_REQUIRE_ALL").is_none(), "{what} is missing: {remedy}");
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // `eprintln!` would be kept back, as the test passes.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {what} is missing: {remedy}");
}

fn found(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

impl Driver {
    fn start() -> Option<Self> {
        let (chromium, chromedriver) = (found("chromium")?, found("chromedriver")?);
        let mut shell = Command::new("sh")
            .args(["-c", r#""$0" --port=0 </dev/null & read -r _; kill -9 0"#])
            .arg(chromedriver)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // It would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("chromedriver did not say where it listens");
        Some(Self { address: format!("http://127.0.0.1:{port}"), chromium, _shell: shell })
    }

    /// What has to be done to have one.
    pub fn remedy() -> &'static str {
        PACKAGES
    }
}
