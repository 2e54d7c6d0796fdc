//! Real processes: started, asked line by line, measured through `/proc`, killed when let go of.
//!
//! Floor: tests. Invariants: a process that a test loses sight of is killed and reaped; a question that is
//! not answered ends with an error that names the process and the question, never with a hang on a dead pipe.
//!
//! The small programs under `src/bin` answer on one line of standard output for each line of standard input:
//! `ok` or `failed`, then words of the form `name=value`. Whatever else they have to say goes to standard error.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Why a process could not be asked.
#[derive(Debug)]
pub enum ProcessError {
    /// It could not be started, or a pipe to it broke.
    Io(String, std::io::Error),
    /// It answered `failed`, something that is no answer, or nothing at all.
    Answer(String, String),
    /// What `/proc` says of it could not be read.
    Figures(u32),
}

impl std::fmt::Display for ProcessError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(what, error) => write!(out, "{what}: {error}"),
            Self::Answer(what, answer) => {
                write!(out, "{what}: {}", if answer.is_empty() { "it ended" } else { answer })
            }
            Self::Figures(id) => write!(out, "/proc says nothing of process {id}"),
        }
    }
}

impl std::error::Error for ProcessError {}

/// What a process said: its words by name.
#[derive(Clone, Debug, Default)]
pub struct Reply(BTreeMap<String, String>);

impl Reply {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        if words.next() != Some("ok") {
            return None;
        }
        let words = words.filter_map(|word| word.split_once('='));
        Some(Self(words.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    /// The value called `name`.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&self, name: &str) -> Result<&str, ProcessError> {
        let missing = || ProcessError::Answer(format!("no value called {name}"), format!("{:?}", self.0));
        self.0.get(name).map(String::as_str).ok_or_else(missing)
    }

    /// The number called `name`.
    ///
    /// # Errors
    /// When there is none, or it is no number.
    pub fn number(&self, name: &str) -> Result<f64, ProcessError> {
        let text = self.text(name)?;
        text.parse().map_err(|_| ProcessError::Answer(format!("{name} is no number"), text.to_owned()))
    }
}

/// What a process has used since it was started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Time on a processor, in user and kernel mode, in microseconds. The kernel tells it in steps of 10 ms.
    pub cpu_us: f64,
    /// The most memory it has had resident, in bytes.
    pub peak_bytes: f64,
}

/// What the process with this identifier has used so far.
///
/// # Errors
/// When `/proc` does not say.
pub fn used(id: u32) -> Result<Used, ProcessError> {
    let read =
        |name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}")).map_err(|_| ProcessError::Figures(id));
    let cpu = cpu_ticks(&read("stat")?).ok_or(ProcessError::Figures(id))?;
    let peak = peak_kib(&read("status")?).ok_or(ProcessError::Figures(id))?;
    Ok(Used { cpu_us: cpu * MICROSECONDS_A_TICK, peak_bytes: peak * 1024.0 })
}

/// Linux shows user space 100 ticks a second on every machine this runs on.
const MICROSECONDS_A_TICK: f64 = 10_000.0;

fn cpu_ticks(stat: &str) -> Option<f64> {
    // The second field is the name in parentheses and may hold anything; utime and stime are the 14th and 15th.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn peak_kib(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A process that answers line by line.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `program` with `arguments`, and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it cannot be started, or says something else.
    pub fn start<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(Self, Reply), ProcessError> {
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let failed = |error| ProcessError::Io(format!("cannot start {name}"), error);
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let missing = || ProcessError::Answer(format!("no pipe to {name}"), String::new());
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let mut process = Self { name, child, input, output };
        let ready = process.reply("start")?;
        Ok((process, ready))
    }

    /// Asks `question` and waits for the answer.
    ///
    /// # Errors
    /// When it fails, ends, or says something that is no answer.
    pub fn ask(&mut self, question: &str) -> Result<Reply, ProcessError> {
        self.tell(question)?;
        self.reply(question)
    }

    /// Says `question` without waiting; [`reply`](Self::reply) waits for the answer.
    ///
    /// # Errors
    /// When the pipe is broken.
    pub fn tell(&mut self, question: &str) -> Result<(), ProcessError> {
        let failed = |error| ProcessError::Io(format!("{}: {question}", self.name), error);
        let input = self.input.as_mut().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
        writeln!(input, "{question}").and_then(|()| input.flush()).map_err(failed)
    }

    /// Waits for the answer to `question`.
    ///
    /// # Errors
    /// When it fails, ends, or says something that is no answer.
    pub fn reply(&mut self, question: &str) -> Result<Reply, ProcessError> {
        let what = || format!("{}: {question}", self.name);
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| ProcessError::Io(what(), error))?;
        Reply::read(&line).ok_or_else(|| ProcessError::Answer(what(), line.trim().to_owned()))
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// When `/proc` does not say.
    pub fn used(&self) -> Result<Used, ProcessError> {
        used(self.id())
    }

    /// Ends it by closing its standard input, and waits.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn end(mut self) -> Result<(), ProcessError> {
        self.input = None;
        let what = format!("{}: the end", self.name);
        let status = self.child.wait().map_err(|error| ProcessError::Io(what.clone(), error))?;
        if status.success() { Ok(()) } else { Err(ProcessError::Answer(what, status.to_string())) }
    }

    /// Kills it where it stands, and waits.
    pub fn kill(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        // It may be gone already; there is nothing else to be done about either.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A folder of its own that goes when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh folder inside `inside`, with `name` in its name.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn fresh(inside: &Path, name: &str) -> std::io::Result<Self> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = inside.join(format!("qiaomen-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Copies the folder `from` with everything in it to `to`.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// How many bytes the files in `folder` take whose names begin with `prefix`.
///
/// # Errors
/// When it cannot be read.
pub fn size(folder: &Path, prefix: &str) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// Answers the questions of standard input with `answer` until it is closed: `ok` and the words it gives, or
/// `failed` and its error. For the programs under `src/bin`.
///
/// # Errors
/// When a pipe breaks.
pub fn serve_lines<E: std::fmt::Display>(
    ready: &str,
    mut answer: impl FnMut(&[&str]) -> Result<String, E>,
) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "ok {ready}")?;
    output.flush()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match answer(&words) {
            Ok(words) => writeln!(output, "ok {words}")?,
            Err(error) => writeln!(output, "failed {}", error.to_string().replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}

/// Microseconds since 1970, to compare what two processes of one machine did when.
#[must_use]
pub fn unix_us() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    since.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_read_whatever_the_name_of_the_process() {
        let stat = "42 (a b) c)) S 1 42 42 0 -1 4194560 1151 0 0 0 17 5 0 0 20 0 2 0 100 1 1 1";
        assert_eq!(cpu_ticks(stat), Some(22.0));
        assert_eq!(peak_kib("Name:\tx\nVmHWM:\t    2048 kB\n"), Some(2048.0));
        assert!(used(std::process::id()).unwrap().peak_bytes > 0.0);
    }

    #[test]
    fn a_reply_is_words_by_name() {
        let reply = Reply::read("ok rows=12 wall_us=1.5 \n").unwrap();
        assert!((reply.number("wall_us").unwrap() - 1.5).abs() < 1e-9);
        assert_eq!(reply.text("rows").unwrap(), "12");
        assert!(reply.number("none").is_err());
        assert!(Reply::read("failed because").is_none());
        assert!(Reply::read("").is_none());
    }
}
