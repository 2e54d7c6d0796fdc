//! The same over real HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::identity::{DeviceKey, secret};
use qiaomen_core::protocol::{
    EnrolAnswer, EnrolRequest, ExchangeAnswer, MEDIA_TYPE, Problem, SalvageAnswer, SalvageRequest, VERSION, decode,
    encode, path, unpack,
};
use qiaomen_core::record::{Role, Scope, SeededRandom};
use qiaomen_server::api::Server;
use qiaomen_server::clock::SystemClock;
use qiaomen_server::town::Town;

use super::phone::Phone;
use super::{Fixture, household};

/// A server on a thread of its own.
pub struct Running {
    pub address: SocketAddr,
    /// Where operators come in.
    pub operators: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What threads are called that drive a server: whoever keeps one of them waiting keeps everybody waiting.
pub const DRIVER: &str = "driver";

impl Running {
    pub fn new(town: Arc<Town>) -> Self {
        Self::with(town, |server| server)
    }

    /// One that is set up otherwise than by default.
    pub fn with(town: Arc<Town>, set: impl FnOnce(Server) -> Server + Send + 'static) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let threads = std::sync::atomic::AtomicUsize::new(0);
            // The first two drive the server, all others do its jobs.
            let name = move || match threads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 | 1 => DRIVER.to_owned(),
                _ => "job".to_owned(),
            };
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = runtime.worker_threads(2).thread_name_fn(name).enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let operators = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send((listener.local_addr().unwrap(), operators.local_addr().unwrap())).unwrap();
                let over = async move {
                    let _ = stopped.await;
                };
                let random = Box::new(SeededRandom::new(11));
                let server = Server::new(town, Arc::new(SystemClock), random).with_operators(Some(operators));
                set(server).serve(listener, over).await.unwrap();
            });
        });
        let (address, operators) = told.recv().unwrap();
        Self { address, operators, stop: Some(stop), thread: Some(thread) }
    }

    /// Tells it to stop, without waiting for it.
    pub fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    pub fn stop(&mut self) {
        self.tell_to_stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One request; the status and the body.
pub fn send(address: SocketAddr, method: &str, path: &str, token: Option<&[u8; 32]>, body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let token = token.map(|token| format!("Authorization: Bearer {}\r\n", secret::token_text(token)));
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: town\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n{}Content-Length: {}\r\n\r\n",
        token.unwrap_or_default(),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server may have answered before it has read all.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer[end + 4..].to_vec())
}

pub fn problem(body: &[u8]) -> String {
    serde_json::from_slice::<Problem>(body).unwrap().code
}

pub fn poll(address: SocketAddr, phone: &Phone, wait: u16) -> (u16, Vec<u8>) {
    let mut request = phone.request(None);
    request.wait_seconds = wait;
    send(address, "POST", path::EXCHANGE, Some(&phone.token), &encode(&request).unwrap())
}

#[test]
fn a_phone_enrols_once_and_exchanges() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    let now = qiaomen_server::clock::Clock::now(&SystemClock);
    let invite = |fixture: &mut Fixture, hours| {
        fixture.town.clone().invite(person, hours, None, now, &mut fixture.random).unwrap().unwrap()
    };
    let (code, expired) = (invite(&mut fixture, 1), invite(&mut fixture, 0));
    let server = Running::new(fixture.town.clone());
    let key = DeviceKey::generate(&mut fixture.random);
    let enrol = |code: &str| {
        let request =
            EnrolRequest { version: VERSION, code: code.to_owned(), key: key.public(), label: "phone".to_owned() };
        send(server.address, "POST", path::ENROL, None, &encode(&request).unwrap())
    };
    let spoken = code.to_lowercase().replace('-', " ");
    let (status, body) = enrol(&spoken);
    assert_eq!(status, 200);
    let plain = unpack(&body, 1 << 20).unwrap();
    let welcome: EnrolAnswer = decode(&plain).unwrap();
    assert_eq!(welcome.certificate.person, person);
    assert_eq!(welcome.zone, "Asia/Shanghai");
    for (code, expected) in [(code.as_str(), "code_used"), (&expired, "code_expired"), ("AAAA", "code_unknown")] {
        let (status, body) = enrol(code);
        assert_eq!((status, problem(&body).as_str()), (403, expected));
    }
    for _ in 0..7 {
        enrol("AAAA");
    }
    let (status, body) = enrol("AAAA");
    assert_eq!((status, problem(&body).as_str()), (429, "too_many_attempts"));
    // A right code works all the same.
    assert_eq!(enrol(&invite(&mut fixture, 1)).0, 200);

    let mut phone = fixture.phone(person);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let outs = [out];
    let request = phone.request(Some(phone.batch(&outs, now)));
    let body = encode(&request).unwrap();
    let (status, body) = send(server.address, "POST", path::EXCHANGE, Some(&phone.token), &body);
    assert_eq!(status, 200);
    let plain = unpack(&body, 1 << 24).unwrap();
    let answer: ExchangeAnswer<'_> = decode(&plain).unwrap();
    assert_eq!(answer.verdicts.len(), 1);
    assert!(!answer.page.unwrap().documents.is_empty());
}

#[test]
fn what_cannot_be_answered_is_a_problem_with_a_code() {
    let mut fixture = Fixture::new();
    let (_, phone) = fixture.worker(0);
    let server = Running::new(fixture.town.clone());
    let ask = |method: &str, path: &str, token: Option<&[u8; 32]>, body: &[u8]| {
        let (status, body) = send(server.address, method, path, token, body);
        (status, problem(&body))
    };
    assert_eq!(ask("GET", "/nowhere", None, b""), (404, "not_found".to_owned()));
    assert_eq!(ask("GET", path::EXCHANGE, None, b""), (405, "method_not_allowed".to_owned()));
    assert_eq!(ask("POST", path::EXCHANGE, None, b""), (401, "signed_out".to_owned()));
    assert_eq!(ask("POST", path::EXCHANGE, Some(&[9; 32]), b""), (401, "signed_out".to_owned()));
    assert_eq!(ask("POST", path::EXCHANGE, Some(&phone.token), b"junk"), (400, "malformed".to_owned()));
    assert_eq!(
        ask("POST", path::EXCHANGE, Some(&phone.token), &vec![0; 8 * 1024 * 1024 + 1]),
        (413, "too_large".to_owned())
    );
    // What nobody known sends is not even read; each route takes only as much as it needs.
    let large = vec![0; 8 * 1024 * 1024 + 1];
    assert_eq!(ask("POST", path::EXCHANGE, Some(&[9; 32]), &large), (401, "signed_out".to_owned()));
    assert_eq!(ask("POST", path::ENROL, None, &large[..4_097]), (413, "too_large".to_owned()));
    assert_eq!(ask("POST", path::COMMON, Some(&phone.token), &large[..262_145]), (413, "too_large".to_owned()));
    let bomb = zstd::bulk::compress(&vec![0; 17 * 1024 * 1024], 3).unwrap();
    assert_eq!(ask("POST", path::EXCHANGE, Some(&phone.token), &bomb), (413, "too_large".to_owned()));
    assert_eq!(send(server.address, "GET", "/healthz", None, b""), (200, b"ok\n".to_vec()));
}

#[test]
fn a_poll_ends_when_there_is_news_and_when_its_device_is_revoked() {
    let mut fixture = Fixture::new();
    let (_, mut writer) = fixture.worker(0);
    let (_, mut waiting) = fixture.worker(0);
    waiting.sync(&mut fixture);
    let mut server = Running::new(fixture.town.clone());
    let address = server.address;

    std::thread::scope(|scope| {
        let polled = scope.spawn(|| poll(address, &waiting, 50));
        std::thread::sleep(Duration::from_millis(300));
        let grid = Scope::Grid(fixture.grids[0]);
        let (_, out) = writer.create(&mut fixture, household("1"), grid, Role::GridWorker);
        writer.send(&mut fixture, &[out]);
        let (status, body) = polled.join().unwrap();
        assert_eq!(status, 200);
        let plain = unpack(&body, 1 << 24).unwrap();
        let answer: ExchangeAnswer<'_> = decode(&plain).unwrap();
        assert_eq!(answer.page.unwrap().documents.len(), 1);
    });
    waiting.sync(&mut fixture);

    // A commit of what might be another process.
    std::thread::scope(|scope| {
        let polled = scope.spawn(|| poll(address, &waiting, 50));
        std::thread::sleep(Duration::from_millis(300));
        let beside = Town::open(fixture.folder.path(), fixture.now, &mut fixture.random).unwrap();
        assert!(beside.revoke_device(waiting.device.id, fixture.now).unwrap());
        let (status, body) = polled.join().unwrap();
        assert_eq!((status, problem(&body).as_str()), (403, "revoked"));
    });

    // Its unsent work can still be handed in, as often as it likes.
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = waiting.create(&mut fixture, household("2"), grid, Role::GridWorker);
    let outs = [out];
    for _ in 0..2 {
        let request = SalvageRequest { version: VERSION, batch: waiting.batch(&outs, fixture.now) };
        let body = encode(&request).unwrap();
        let (status, body) = send(address, "POST", path::SALVAGE, Some(&waiting.token), &body);
        assert_eq!(status, 200);
        let plain = unpack(&body, 1 << 20).unwrap();
        assert_eq!(decode::<SalvageAnswer>(&plain).unwrap().kept, 1);
    }

    // When the server closes, polls end at once.
    writer.sync(&mut fixture);
    std::thread::scope(|scope| {
        let polled = scope.spawn(|| poll(address, &writer, 50));
        std::thread::sleep(Duration::from_millis(300));
        server.stop();
        assert_eq!(polled.join().unwrap().0, 200);
    });
}

#[test]
fn a_newer_poll_ends_the_older_one_of_the_same_device() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let mut server = Running::new(fixture.town.clone());
    let address = server.address;
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let phone = &phone;
        for _ in 0..3 {
            let tell = tell.clone();
            scope.spawn(move || {
                let (status, _) = poll(address, phone, 50);
                let _ = tell.send(status);
            });
        }
        // Two of the three end without any news; the last one waits on.
        assert_eq!((told.recv().unwrap(), told.recv().unwrap()), (200, 200));
        assert!(told.try_recv().is_err());
        server.stop();
        assert_eq!(told.recv().unwrap(), 200);
    });
}

#[test]
fn others_are_answered_while_batches_wait_for_their_turn() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let (_, reader) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let outs = [phone.create(&mut fixture, household("1"), grid, Role::GridWorker).1];
    let body = encode(&phone.request(Some(phone.batch(&outs, fixture.now)))).unwrap();
    let server = Running::new(fixture.town.clone());
    let many = 4 * std::thread::available_parallelism().unwrap().get() + 2;
    std::thread::scope(|scope| {
        // A batch is being judged, and takes its time.
        let turn = fixture.town.store().turn();
        let (address, token, body) = (server.address, &phone.token, &body);
        let sent: Vec<_> =
            (0..many).map(|_| scope.spawn(move || send(address, "POST", path::EXCHANGE, Some(token), body))).collect();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(send(address, "GET", "/healthz", None, b"").0, 200);
        assert_eq!(poll(address, &reader, 0).0, 200);
        drop(turn);
        for sent in sent {
            assert_eq!(sent.join().unwrap().0, 200);
        }
    });
    assert_eq!(fixture.town.count(&qiaomen_core::record::Kind::Household).unwrap(), 1);
}
