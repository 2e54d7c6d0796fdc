//! The way to the server, broken as a test says.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use qiaomen_core::protocol::limits::MAX_ANSWER_INFLATED;
use qiaomen_core::protocol::unpack;
use qiaomen_core::transport::{Answer, HttpTransport, Transport, TransportError};

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is cut before anything was sent.
    LoseRequest,
    /// The server does its work, and its answer never arrives.
    LoseAnswer,
    /// The server gets it twice; the second answer arrives.
    Twice,
    /// Before it, an earlier request of this phone arrives once more.
    Late(usize),
}

/// A request as it went.
#[derive(Clone)]
pub struct Went {
    pub token: [u8; 32],
    pub body: Vec<u8>,
    /// What the server said, whether it arrived or not.
    pub answer: Vec<u8>,
}

/// A transport over HTTP whose exchanges go wrong by a script; with nothing left in it all goes well.
pub struct Wire {
    http: Arc<RwLock<HttpTransport>>,
    script: Mutex<VecDeque<Fault>>,
    went: Mutex<Vec<Went>>,
    /// Every answer to anything, as it came.
    came: Mutex<Vec<Vec<u8>>>,
}

impl Wire {
    pub fn new(http: Arc<RwLock<HttpTransport>>) -> Self {
        Self { http, script: Mutex::default(), went: Mutex::default(), came: Mutex::default() }
    }

    pub fn next(&self, fault: Fault) {
        self.script.lock().push_back(fault);
    }

    pub fn heal(&self) {
        self.script.lock().clear();
    }

    /// Every exchange that the server answered, oldest first.
    pub fn went(&self) -> Vec<Went> {
        self.went.lock().clone()
    }

    /// Everything that the server ever sent this phone, oldest first: inflated, and as it came.
    pub fn came(&self) -> Vec<Vec<u8>> {
        let came = self.came.lock().clone();
        came.into_iter().flat_map(|body| [unpack(&body, MAX_ANSWER_INFLATED).unwrap(), body]).collect()
    }

    fn comes(&self, answer: Vec<u8>) -> Vec<u8> {
        self.came.lock().push(answer.clone());
        answer
    }

    fn http(&self) -> HttpTransport {
        self.http.read().clone()
    }
}

impl Transport for Wire {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move { Ok(self.comes(self.http().enrol(body).await?)) })
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_> {
        let token = *token;
        Box::pin(async move {
            let fault = self.script.lock().pop_front().unwrap_or(Fault::None);
            if fault == Fault::LoseRequest {
                return Err(TransportError::Cut);
            }
            let http = self.http();
            if let Fault::Late(which) = fault {
                let earlier = {
                    let went = self.went.lock();
                    (!went.is_empty()).then(|| went[which % went.len()].clone())
                };
                if let Some(Went { token, body, .. }) = earlier {
                    self.comes(http.exchange(&token, body, 0).await?);
                }
            }
            if fault == Fault::Twice {
                self.comes(http.exchange(&token, body.clone(), 0).await?);
            }
            let answer = self.comes(http.exchange(&token, body.clone(), wait_seconds).await?);
            self.went.lock().push(Went { token, body, answer: answer.clone() });
            if fault == Fault::LoseAnswer { Err(TransportError::Cut) } else { Ok(answer) }
        })
    }

    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        let token = *token;
        Box::pin(async move { Ok(self.comes(self.http().common(&token, body).await?)) })
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        let token = *token;
        Box::pin(async move { Ok(self.comes(self.http().salvage(&token, body).await?)) })
    }
}
