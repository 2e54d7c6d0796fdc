//! The HTTP transport against a socket that says what it is told to.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use super::{HttpOptions, HttpTransport, Transport, TransportError};
use crate::protocol::limits::MAX_ANSWER;
use crate::protocol::{Code, Problem};

type Expected = Result<Vec<u8>, TransportError>;

/// Answers each connection with one of `answers`, then closes it; returns what was asked.
fn server(answers: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            while !String::from_utf8_lossy(&request).ends_with("BODY") {
                let count = stream.read(&mut piece).unwrap();
                assert!(count > 0);
                request.extend_from_slice(&piece[..count]);
            }
            asked.push(String::from_utf8_lossy(&request).into_owned());
            let _ = stream.write_all(&answer);
        }
        asked
    });
    (address, asked)
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn problem(code: Code) -> Vec<u8> {
    answer(&format!("{} x", code.status()), &serde_json::to_vec(&Problem::from(code)).unwrap())
}

#[tokio::test]
async fn answers_are_read_and_what_goes_wrong_is_named() {
    let cases: Vec<(Vec<u8>, Expected)> = vec![
        (answer("200 OK", b"fine"), Ok(b"fine".to_vec())),
        (problem(Code::Revoked), Err(TransportError::Revoked)),
        (problem(Code::SignedOut), Err(TransportError::SignedOut)),
        (problem(Code::Busy), Err(TransportError::Problem(Code::Busy))),
        (answer("404 Not Found", b"<html>"), Err(TransportError::Malformed)),
        (answer("502 Bad Gateway", b"<html>"), Err(TransportError::Offline)),
        (
            b"HTTP/1.1 302 Found\r\nlocation: /away\r\ncontent-length: 0\r\n\r\n".to_vec(),
            Err(TransportError::Malformed),
        ),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec(), Err(TransportError::Cut)),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec(), Err(TransportError::TooLarge)),
        (Vec::new(), Err(TransportError::Cut)),
    ];
    let (answers, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let (address, asked) = server(answers);
    let transport = HttpTransport::new(&address, HttpOptions::default()).unwrap();
    for expected in expected {
        assert_eq!(transport.exchange(&[0xab; 32], b"BODY".to_vec(), 0).await, expected);
    }
    let asked = asked.join().unwrap();
    assert_eq!(asked.len(), 10, "nothing is followed or repeated");
    assert!(asked[0].starts_with("POST /sync/v1/exchange HTTP/1.1\r\n"));
    assert!(asked[0].contains(&format!("authorization: Bearer {}\r\n", "ab".repeat(32))));
    let traffic = transport.counters().traffic();
    assert_eq!(traffic.requests, 10);
    assert!(traffic.up >= 32 && traffic.down >= 8);
}

#[tokio::test]
async fn an_answer_is_read_no_further_than_its_limit() {
    let mut endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..=MAX_ANSWER / (1 << 20) {
        endless.extend_from_slice(b"100000\r\n");
        endless.resize(endless.len() + (1 << 20), 0);
        endless.extend_from_slice(b"\r\n");
    }
    let (address, _asked) = server(vec![endless]);
    let transport = HttpTransport::new(&address, HttpOptions::default()).unwrap();
    let read = transport.exchange(&[0; 32], b"BODY".to_vec(), 0).await;
    assert_eq!(read, Err(TransportError::TooLarge));
}

#[tokio::test]
async fn nobody_there_is_offline_and_silence_is_a_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let options = HttpOptions { read_timeout: Duration::from_millis(50), ..HttpOptions::default() };
    let transport = HttpTransport::new(&address, options).unwrap();
    assert_eq!(transport.exchange(&[0; 32], b"BODY".to_vec(), 0).await, Err(TransportError::Cut));
    drop(listener);
    assert_eq!(transport.exchange(&[0; 32], b"BODY".to_vec(), 0).await, Err(TransportError::Offline));
}
